/**
 * A prepared example in 2 or 4 bytes a token, as large as its ids are, and some 150 besides: a data set of these stays in
 * memory for a whole run. Labels and weights follow from runs of supervised tokens. Arrays are written out when they are
 * asked for.
 */
import type { Source } from '@sftkit/data';
import { IGNORE_INDEX } from '@sftkit/masking';
import type { RenderFinding } from '@sftkit/templates';
import type { PreparedExample } from './prepare-example.js';

/** Tokens and supervision of the examples of one chunk, one after another. */
export interface CompactArrays {
  /** (N) token ids, in two bytes each where all of them fit. */
  readonly inputIds: Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  /** (R, 2) first token, and the token after the last, of each run of supervised tokens of one weight; counted within its example. */
  readonly runs: Int32Array<ArrayBuffer>;
  /** (R) loss weight of each run. */
  readonly runWeights: Float32Array<ArrayBuffer>;
}

/** Where an example stands in the arrays of its chunk. */
export interface CompactPlace {
  readonly firstToken: number;
  readonly tokens: number;
  readonly firstRun: number;
  readonly runs: number;
}

type Facts = Omit<PreparedExample, 'inputIds' | 'labels' | 'weights'>;

export class CompactExample implements PreparedExample {
  readonly supervisedTokens: number;
  readonly straddlingTokens: number;
  readonly unlearnableCharacters: number;
  readonly findings: readonly RenderFinding[];
  readonly source: Source;
  readonly #arrays: CompactArrays;
  readonly #firstToken: number;
  readonly #tokens: number;
  readonly #firstRun: number;
  readonly #runs: number;

  constructor(arrays: CompactArrays, { firstToken, tokens, firstRun, runs }: CompactPlace, facts: Facts) {
    this.supervisedTokens = facts.supervisedTokens;
    this.straddlingTokens = facts.straddlingTokens;
    this.unlearnableCharacters = facts.unlearnableCharacters;
    this.findings = facts.findings;
    this.source = facts.source;
    this.#arrays = arrays;
    this.#firstToken = firstToken;
    this.#tokens = tokens;
    this.#firstRun = firstRun;
    this.#runs = runs;
  }

  /** (N) a part of the chunk's array where that has 4 bytes a token, else a new array each time. */
  get inputIds(): Int32Array {
    const ids = this.#arrays.inputIds.subarray(this.#firstToken, this.#firstToken + this.#tokens);
    return ids instanceof Int32Array ? ids : new Int32Array(ids);
  }

  /** (N) a new array each time. */
  get labels(): Int32Array {
    const { inputIds } = this;
    const labels = new Int32Array(this.#tokens).fill(IGNORE_INDEX);
    this.#forEachRun((start, end) => labels.set(inputIds.subarray(start, end), start));
    return labels;
  }

  /** (N) a new array each time. */
  get weights(): Float32Array {
    const weights = new Float32Array(this.#tokens);
    this.#forEachRun((start, end, weight) => weights.fill(weight, start, end));
    return weights;
  }

  /** The same without findings, once somebody has counted them. */
  withoutFindings(): CompactExample {
    return this.findings.length === 0 ? this : this.#with(this.#tokens, { ...this.#facts, findings: [] });
  }

  /** The first `tokens` tokens. Like `fitExamples`, it leaves `straddlingTokens` as they were. */
  cut(tokens: number): CompactExample {
    let supervisedTokens = 0;
    this.#forEachRun((start, end) => {
      supervisedTokens += Math.max(0, Math.min(end, tokens) - start);
    });
    return this.#with(Math.min(tokens, this.#tokens), { ...this.#facts, supervisedTokens });
  }

  get #facts(): Facts {
    const { supervisedTokens, straddlingTokens, unlearnableCharacters, findings, source } = this;
    return { supervisedTokens, straddlingTokens, unlearnableCharacters, findings, source };
  }

  #with(tokens: number, facts: Facts): CompactExample {
    const place = { firstToken: this.#firstToken, tokens, firstRun: this.#firstRun, runs: this.#runs };
    return new CompactExample(this.#arrays, place, facts);
  }

  /** Runs that begin beyond the end, as those of a cut example, are passed over. */
  #forEachRun(visit: (start: number, end: number, weight: number) => void): void {
    const { runs, runWeights } = this.#arrays;
    for (let at = this.#firstRun; at < this.#firstRun + this.#runs; at++) {
      const start = runs[2 * at]!;
      const end = Math.min(runs[2 * at + 1]!, this.#tokens);
      if (start < end) visit(start, end, runWeights[at]!);
    }
  }
}
