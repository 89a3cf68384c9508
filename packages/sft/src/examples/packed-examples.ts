/**
 * Prepared examples as four arrays, which go from one thread to another without being copied. The examples
 * themselves stay where they are.
 */
import type { Example } from '@sftkit/data';
import type { RenderFinding } from '@sftkit/templates';
import type { PreparedExample } from './prepare-example.js';

export interface PackedExamples {
  /** (N, 4): tokens, supervised tokens, straddling tokens, unlearnable characters; tokens are -1 where there is no result. */
  readonly counts: Int32Array<ArrayBuffer>;
  /** Tokens of all examples, one after another. */
  readonly inputIds: Int32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
  readonly weights: Float32Array<ArrayBuffer>;
  /** By index; only of examples that have some. */
  readonly findings: readonly (readonly [number, readonly RenderFinding[]])[];
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
  const findings = prepared.flatMap((one, index) =>
    one !== undefined && one.findings.length > 0 ? [[index, one.findings] as const] : [],
  );
  return { counts, inputIds, labels, weights, findings };
}

/**
 * The arrays of the results are parts of the packed ones.
 * @param examples those that were prepared, in order
 */
export function unpackExamples(
  { counts, inputIds, labels, weights, findings }: PackedExamples,
  examples: readonly Example[],
): (PreparedExample | undefined)[] {
  const findingsOf = new Map(findings);
  let start = 0;
  return examples.map((example, index) => {
    const at = 4 * index;
    const tokens = counts[at]!;
    if (tokens < 0) return undefined;
    const from = start;
    start += tokens;
    return {
      inputIds: inputIds.subarray(from, start),
      labels: labels.subarray(from, start),
      weights: weights.subarray(from, start),
      supervisedTokens: counts[at + 1]!,
      straddlingTokens: counts[at + 2]!,
      unlearnableCharacters: counts[at + 3]!,
      findings: findingsOf.get(index) ?? [],
      example,
    };
  });
}
