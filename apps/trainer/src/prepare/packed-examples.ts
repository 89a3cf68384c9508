/**
 * Prepared examples as four arrays, which go from one thread to another without being copied. The examples
 * themselves stay where they are.
 */
import type { Example } from '@sftkit/data';
import type { PreparedExample } from './prepare-example.js';

export interface PackedExamples {
  /** (N, 4): tokens, supervised tokens, straddling tokens, unlearnable characters; tokens are -1 where there is no result. */
  readonly counts: Int32Array<ArrayBuffer>;
  /** Tokens of all examples, one after another. */
  readonly inputIds: Int32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
  readonly weights: Float32Array<ArrayBuffer>;
}

/** @param prepared undefined for an example that was refused or is wrong */
export function packExamples(prepared: readonly (PreparedExample | undefined)[]): PackedExamples {
  const tokens = prepared.reduce((sum, one) => sum + (one?.inputIds.length ?? 0), 0);
  const counts = new Int32Array(4 * prepared.length);
  const inputIds = new Int32Array(tokens);
  const labels = new Int32Array(tokens);
  const weights = new Float32Array(tokens);
  let at = 0;
  for (const [index, one] of prepared.entries()) {
    if (one === undefined) {
      counts[4 * index] = -1;
      continue;
    }
    const { length } = one.inputIds;
    counts.set([length, one.supervisedTokens, one.straddlingTokens, one.unlearnableCharacters], 4 * index);
    inputIds.set(one.inputIds, at);
    labels.set(one.labels, at);
    weights.set(one.weights, at);
    at += length;
  }
  return { counts, inputIds, labels, weights };
}

/**
 * The arrays of the results are parts of the packed ones.
 * @param examples those that were prepared, in order
 */
export function unpackExamples(
  { counts, inputIds, labels, weights }: PackedExamples,
  examples: readonly Example[],
): (PreparedExample | undefined)[] {
  let start = 0;
  return examples.map((example, index) => {
    const [tokens, supervisedTokens, straddlingTokens, unlearnableCharacters] = row(counts, index);
    if (tokens < 0) return undefined;
    const end = start + tokens;
    const part = {
      inputIds: inputIds.subarray(start, end),
      labels: labels.subarray(start, end),
      weights: weights.subarray(start, end),
    };
    start = end;
    return { ...part, supervisedTokens, straddlingTokens, unlearnableCharacters, example };
  });
}

function row(counts: Int32Array, index: number): readonly [number, number, number, number] {
  const at = 4 * index;
  return [counts[at]!, counts[at + 1]!, counts[at + 2]!, counts[at + 3]!];
}
