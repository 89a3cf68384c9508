/** Examples prepared on this thread: at once, or in turns with everything else that happens on it. */
import type { Example } from '@sftkit/data';
import type { CompactExample } from './compact-example.js';
import { packExamples, unpackExamples } from './packed-examples.js';
import { type PreparedExample, type PrepareOptions, prepareExample } from './prepare-example.js';
import { type Refusal, RefusedExample } from './refusal.js';

export interface PreparedExamples {
  readonly prepared: readonly CompactExample[];
  readonly refused: readonly Refusal[];
}

/** What becomes of one example. */
export type PreparationResult = CompactExample | Refusal;

/** Some examples that were prepared together, and what became of each. */
export interface PreparedChunk<T> {
  /** An example each, and what its reader says of it. */
  readonly items: readonly T[];
  readonly results: readonly PreparationResult[];
}

/** Examples that are prepared before something else has a turn: some 20 ms of work. */
const TURN = 32;

/**
 * At once, on this thread.
 * @throws {SftError} at the first example that is wrong; one whose mask cannot be exact is only refused
 */
export function prepareHere(examples: readonly Example[], options: PrepareOptions): PreparedExamples {
  const results: PreparationResult[] = [];
  for (let from = 0; from < examples.length; from += TURN) {
    results.push(...prepareChunk(examples.slice(from, from + TURN), options));
  }
  return separate(results);
}

/**
 * On this thread, which stays responsive.
 * @param onProgress told how many examples are done
 * @throws {SftError} as `prepareHere`
 */
export async function prepareInTurns(
  examples: readonly Example[],
  options: PrepareOptions,
  onProgress: (done: number) => void = () => undefined,
): Promise<PreparedExamples> {
  const results: PreparationResult[] = [];
  const items = examples.map((example) => ({ example }));
  for await (const turn of prepareTurns(items, options, onProgress)) results.push(...turn.results);
  return separate(results);
}

/** As `prepareInTurns`, one turn after another. @throws {SftError} as `prepareHere` */
export async function* prepareTurns<T extends { readonly example: Example }>(
  items: readonly T[],
  options: PrepareOptions,
  onProgress: (done: number) => void = () => undefined,
): AsyncGenerator<PreparedChunk<T>> {
  for (let from = 0; from < items.length; from += TURN) {
    const turn = items.slice(from, from + TURN);
    const examples = turn.map(({ example }) => example);
    yield { items: turn, results: prepareChunk(examples, options) };
    onProgress(from + turn.length);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/**
 * One result for each example; the tokens of all are parts of one array.
 * @throws {SftError} as `prepareHere`
 */
export function prepareChunk(examples: readonly Example[], options: PrepareOptions): PreparationResult[] {
  const tried = examples.map((example) => prepareOrRefuse(example, options));
  const prepared = unpackExamples(
    packExamples(tried.map((one) => (isRefusal(one) ? undefined : one))),
    examples,
  );
  return tried.map((one, at) => (isRefusal(one) ? one : prepared[at]!));
}

function prepareOrRefuse(example: Example, options: PrepareOptions): PreparedExample | Refusal {
  try {
    return prepareExample(example, options);
  } catch (error) {
    if (!(error instanceof RefusedExample)) throw error;
    return error.refusal;
  }
}

/** Whether an example was refused. */
export function isRefusal(result: PreparedExample | Refusal): result is Refusal {
  return 'reason' in result;
}

/** What was prepared and what was refused, each in order. */
export function separate(results: readonly PreparationResult[]): PreparedExamples {
  return {
    prepared: results.filter((result): result is CompactExample => !isRefusal(result)),
    refused: results.filter(isRefusal),
  };
}
