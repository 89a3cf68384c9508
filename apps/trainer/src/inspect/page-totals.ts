/** The figures of a whole file, in little room: the page may hold only some of its examples. */
import type { ExplainedExample } from '@sftkit/sft';
import { type MaskUnderPolicy, POLICIES } from './page-masks.js';

/** Read by `page/page.js`. Lists by policy are in the order of POLICIES. */
export interface PageWhole {
  /** Refused ones included; no other figure counts these. */
  readonly examples: number;
  readonly refused: number;
  readonly tokens: number;
  readonly straddling: number;
  /** By policy: supervised tokens, and examples without any. */
  readonly learnt: readonly number[];
  readonly nothing: readonly number[];
  /** Flat: a length in tokens, and how many examples have it; ascending. */
  readonly lengths: readonly number[];
  /** By policy: examples by the share of their tokens that is learnt, in 20 bins of 5 %; the last has 100 %, too. */
  readonly shares: readonly (readonly number[])[];
}

const BINS = 20;
/** Per cent. */
const BIN_WIDTH = 5;

export class PageTotals {
  readonly #learnt = POLICIES.map(() => 0);
  readonly #nothing = POLICIES.map(() => 0);
  readonly #shares = POLICIES.map(() => new Array<number>(BINS).fill(0));
  readonly #lengths = new Map<number, number>();
  #examples = 0;
  #refused = 0;
  #tokens = 0;
  #straddling = 0;

  addRefused(): void {
    this.#examples += 1;
    this.#refused += 1;
  }

  /** @param masks a policy that refuses the example learns nothing of it */
  add({ inputIds: { length }, straddlingTokens }: ExplainedExample, masks: readonly MaskUnderPolicy[]): void {
    this.#examples += 1;
    this.#tokens += length;
    this.#straddling += straddlingTokens;
    this.#lengths.set(length, (this.#lengths.get(length) ?? 0) + 1);
    masks.forEach((mask, policy) => {
      const learnt = typeof mask === 'string' ? 0 : mask.supervisedTokens;
      const percent = length === 0 ? 0 : (100 * learnt) / length;
      this.#learnt[policy]! += learnt;
      this.#nothing[policy]! += learnt === 0 ? 1 : 0;
      this.#shares[policy]![Math.min(BINS - 1, Math.floor(percent / BIN_WIDTH))]! += 1;
    });
  }

  whole(): PageWhole {
    return {
      examples: this.#examples,
      refused: this.#refused,
      tokens: this.#tokens,
      straddling: this.#straddling,
      learnt: this.#learnt,
      nothing: this.#nothing,
      lengths: [...this.#lengths].sort(([a], [b]) => a - b).flat(),
      shares: this.#shares,
    };
  }
}
