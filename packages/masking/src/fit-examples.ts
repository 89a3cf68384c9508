/**
 * The gate between masking and packing: what is longer than a row, and what has nothing to learn, never
 * reaches training, and each such example is accounted for.
 */
import { checkCount } from './check-count.js';
import { MaskingError } from './masking-error.js';
import type { MaskedExample } from './types.js';

/**
 * What becomes of an example that is longer than a row: left out, cut at the row's end, or an error. A cut
 * example ends in the middle; no end of sequence is put there, for none was meant.
 */
export type OverlongPolicy = 'drop' | 'truncate' | 'error';

/** `answer-cut-away`: truncation left no supervised token. */
export type DropReason = 'overlong' | 'nothing-supervised' | 'answer-cut-away';

export interface FitExamplesOptions {
  /** T, tokens in a row. */
  readonly length: number;
  /** `drop` by default. */
  readonly overlong?: OverlongPolicy;
}

/** What passed the gate, and what did not. Indices count the examples that were given. */
export interface FittedExamples<E extends MaskedExample = MaskedExample> {
  readonly kept: readonly E[];
  /** Index of each kept example. */
  readonly origins: readonly number[];
  readonly dropped: readonly { readonly index: number; readonly reason: DropReason }[];
  /** Indices of the examples that were kept, but cut. */
  readonly truncated: readonly number[];
}

/** @throws {MaskingError} at the first overlong example, if `overlong` is `error` */
export function fitExamples<E extends MaskedExample>(
  examples: Iterable<E>,
  { length, overlong = 'drop' }: FitExamplesOptions,
): FittedExamples<E> {
  checkCount('fitExamples', 'length', length);
  const kept: E[] = [];
  const origins: number[] = [];
  const dropped: { index: number; reason: DropReason }[] = [];
  const truncated: number[] = [];
  let index = -1;
  for (const example of examples) {
    index += 1;
    const fitted = fitExample(example, length, overlong, index);
    if (typeof fitted === 'string') {
      dropped.push({ index, reason: fitted });
      continue;
    }
    kept.push(fitted);
    origins.push(index);
    if (fitted !== example) truncated.push(index);
  }
  return { kept, origins, dropped, truncated };
}

function fitExample<E extends MaskedExample>(
  example: E,
  length: number,
  overlong: OverlongPolicy,
  index: number,
): E | DropReason {
  if (example.supervisedTokens === 0) return 'nothing-supervised';
  const { length: tokens } = example.inputIds;
  if (tokens <= length) return example;
  if (overlong === 'drop') return 'overlong';
  if (overlong === 'error') {
    const problem = `example ${index} has ${tokens} tokens, and a row holds ${length}`;
    throw new MaskingError(`fitExamples: ${problem}; make rows longer, or set overlong to drop or truncate`);
  }
  const weights = example.weights.slice(0, length);
  const supervisedTokens = weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
  if (supervisedTokens === 0) return 'answer-cut-away';
  const inputIds = example.inputIds.slice(0, length);
  return { ...example, inputIds, labels: example.labels.slice(0, length), weights, supervisedTokens };
}
