/** What may become of an input with faults: it is accepted, or refused in this project's own words. */
import { DataError } from '@sftkit/data';
import { JsonError, JsonFileError } from '@sftkit/json';
import { MaskingError } from '@sftkit/masking';
import { ModelError } from '@sftkit/model';
import { TemplateError } from '@sftkit/templates';
import { TokenizationError } from '@sftkit/tokenization';
import { expect } from 'vitest';
import { Random } from './fuzz-random.js';

const OWN = [DataError, JsonError, JsonFileError, MaskingError, ModelError, TemplateError, TokenizationError];

/** Words of an engine, a library or an operating system that say nothing to who wrote the file. */
const FOREIGN =
  /Maximum call stack|Invalid (?:[a-z]+ )*length|Array buffer allocation|EISDIR|ENOENT|bad_alloc|is not a (?:function|constructor)|Cannot (?:read|set|mix|convert|destructure|use 'in')|(?<!' object )is not iterable|Do not know how|Unexpected (?:token|end of JSON|non-whitespace)|is not valid JSON at|Reduce of empty|undefined is not|regular expression: \/|\[object |toString\(\)|must be (?:an integer|of type)/;

/** Far above what any input takes on a busy machine, and far below what a user waits for. */
const MOST_MS = 5000;
const MOST_BYTES = 600 * 2 ** 20;

/** Another seed gives other inputs; the tests run with one. */
export const SEED = Number(process.env.FUZZ_SEED ?? 1);

/** One input: what it is, for a person, and what is done with it. */
export interface Try {
  readonly what: string;
  run(): unknown;
}

/** The message that an input is refused with; undefined where it is accepted. @throws what is no error of ours */
export async function refusalOf({ what, run }: Try): Promise<string | undefined> {
  const [begin, memory] = [performance.now(), process.memoryUsage().rss];
  let refusal: string | undefined;
  try {
    await run();
  } catch (error) {
    if (!OWN.some((kind) => error instanceof kind)) {
      throw new Error(`${what}: ${error instanceof Error ? error.stack : String(error)}`, { cause: error });
    }
    refusal = (error as Error).message;
    const foreign = FOREIGN.exec(refusal)?.[0];
    if (foreign !== undefined)
      throw new Error(`${what}: the words of a library, "${foreign}": ${refusal.slice(0, 300)}`);
    if (refusal.length > 2000)
      throw new Error(`${what}: a message of ${refusal.length} characters: ${refusal.slice(0, 300)}`);
  }
  const [ms, bytes] = [performance.now() - begin, process.memoryUsage().rss - memory];
  if (ms > MOST_MS) throw new Error(`${what}: took ${ms} ms`);
  if (bytes > MOST_BYTES) throw new Error(`${what}: took ${bytes} bytes`);
  return refusal;
}

/** More inputs than the tests try, for who looks for faults. */
const TIMES = Number(process.env.FUZZ_TIMES ?? 1);

/**
 * Runs many inputs and expects no violation.
 * @param make an input from random numbers of its own
 * @param place what each message must say of where the fault is
 * @returns how many were refused
 */
export async function tryAll(count: number, place: RegExp, make: (random: Random) => Try): Promise<number> {
  const violations: string[] = [];
  let refused = 0;
  for (let index = 0; index < count * TIMES; index++) {
    const tried = make(new Random(SEED * 1_000_003 + index));
    try {
      const refusal = await refusalOf(tried);
      if (refusal !== undefined) refused += 1;
      if (refusal?.match(place) === null)
        throw new Error(`${tried.what}: no place in the message: ${refusal}`);
    } catch (violation) {
      violations.push(`${index}: ${shortened((violation as Error).message)}`);
    }
  }
  expect(violations).toEqual([]);
  return refused;
}

/** Without what is repeated without end. */
function shortened(text: string): string {
  return text.replace(/(.)\1{9,}/gsu, '$1…').slice(0, 900);
}
