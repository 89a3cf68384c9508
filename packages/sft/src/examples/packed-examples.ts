/** Prepared examples as a few arrays, which go from one thread to another without being copied. */
import type { Example } from '@sftkit/data';
import { IGNORE_INDEX, type MaskedExample } from '@sftkit/masking';
import type { RenderFinding } from '@sftkit/templates';
import { SftError } from '../sft-error.js';
import { type CompactArrays, CompactExample } from './compact-example.js';
import type { PreparedExample } from './prepare-example.js';

export interface PackedExamples extends CompactArrays {
  /**
   * (N, 5): tokens, runs, supervised tokens, straddling tokens, unlearnable characters; tokens are -1 where there is no
   * result.
   */
  readonly counts: Int32Array<ArrayBuffer>;
  /** By index; only of examples that have some. */
  readonly findings: readonly (readonly [number, readonly RenderFinding[]])[];
}

const COLUMNS = 5;

/** @param prepared undefined for an example that was refused or is wrong */
export function packExamples(prepared: readonly (PreparedExample | undefined)[]): PackedExamples {
  const tokens = prepared.reduce((sum, one) => sum + (one?.inputIds.length ?? 0), 0);
  const counts = new Int32Array(COLUMNS * prepared.length);
  const inputIds = idArray(prepared, tokens);
  const runs: number[] = [];
  const runWeights: number[] = [];
  let at = 0;
  for (const [index, one] of prepared.entries()) {
    if (one === undefined) {
      counts[COLUMNS * index] = -1;
      continue;
    }
    const { length } = one.inputIds;
    const firstRun = runWeights.length;
    addRuns(one, runs, runWeights);
    const { supervisedTokens, straddlingTokens, unlearnableCharacters } = one;
    const ofRuns = runWeights.length - firstRun;
    counts.set([length, ofRuns, supervisedTokens, straddlingTokens, unlearnableCharacters], COLUMNS * index);
    inputIds.set(one.inputIds, at);
    at += length;
  }
  const findings = prepared.flatMap((one, index) =>
    one !== undefined && one.findings.length > 0 ? [[index, one.findings] as const] : [],
  );
  return {
    counts,
    inputIds,
    runs: Int32Array.from(runs),
    runWeights: Float32Array.from(runWeights),
    findings,
  };
}

/** As small as the ids let it be. */
function idArray(
  prepared: readonly (PreparedExample | undefined)[],
  tokens: number,
): CompactArrays['inputIds'] {
  const fits = prepared.every((one) => one?.inputIds.every((id) => id >= 0 && id < 2 ** 16) ?? true);
  return fits ? new Uint16Array(tokens) : new Int32Array(tokens);
}

/** @throws {SftError} if labels, weights and tokens contradict each other: runs could not give them back */
function addRuns({ inputIds, labels, weights }: MaskedExample, runs: number[], runWeights: number[]): void {
  const isSupervised = (at: number): boolean => labels[at] !== IGNORE_INDEX;
  for (let start = 0; start < inputIds.length; ) {
    let end = start + 1;
    const weight = weights[start]!;
    while (end < inputIds.length && weights[end] === weight && isSupervised(end) === isSupervised(start)) {
      end += 1;
    }
    if (isSupervised(start)) {
      runs.push(start, end);
      runWeights.push(weight);
    } else if (weight !== 0) {
      throw new SftError(
        `packExamples: expected weight 0 at token ${start}, which has no label, got ${weight}`,
      );
    }
    start = end;
  }
  const wrong = labels.findIndex((label, at) => label !== IGNORE_INDEX && label !== inputIds[at]);
  if (wrong >= 0) {
    throw new SftError(
      `packExamples: expected label ${inputIds[wrong]} or ${IGNORE_INDEX} at token ${wrong}, got ${labels[wrong]}`,
    );
  }
}

/**
 * The results are parts of the packed arrays.
 * @param examples those that were prepared, in order
 */
export function unpackExamples(
  { counts, findings, ...arrays }: PackedExamples,
  examples: readonly Example[],
): (CompactExample | undefined)[] {
  const findingsOf = new Map(findings);
  let [firstToken, firstRun] = [0, 0];
  return examples.map(({ source }, index) => {
    const row = COLUMNS * index;
    const tokens = counts[row]!;
    if (tokens < 0) return undefined;
    const place = { firstToken, tokens, firstRun, runs: counts[row + 1]! };
    firstToken += tokens;
    firstRun += place.runs;
    return new CompactExample(arrays, place, {
      supervisedTokens: counts[row + 2]!,
      straddlingTokens: counts[row + 3]!,
      unlearnableCharacters: counts[row + 4]!,
      findings: findingsOf.get(index) ?? NO_FINDINGS,
      source,
    });
  });
}

/** Shared by all examples that have none. */
const NO_FINDINGS: readonly RenderFinding[] = [];
