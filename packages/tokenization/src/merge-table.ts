/**
 * The merges of a BPE vocabulary as tables of integers. Every token, and every text that a merge reads or makes, is a symbol
 * with a number, so the merge loop compares numbers and never builds strings.
 */
import { TokenizationError } from './tokenization-error.js';
import { describe } from './tokenizer-json.js';

/** The texts that a merge joins. */
export type MergePair = readonly [left: string, right: string];

/** In place of a symbol, a token id or a rank: there is none. */
export const NONE = -1;

/**
 * The `merges` of a tokenizer.json, which writes them as pairs or, in older files, as texts with a space between.
 * @throws {TokenizationError} if an entry is neither
 */
export function readMerges(merges: readonly unknown[]): readonly MergePair[] {
  return merges.map((merge, rank) => {
    const pair: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
    if (isPair(pair)) return pair;
    throw new TokenizationError(
      `tokenizer.json: model: expected merges of two texts, got ${describe(merge)} at merges[${rank}]`,
    );
  });
}

function isPair(value: unknown): value is MergePair {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'string'
  );
}

export class MergeTable {
  /** Text of each symbol. */
  readonly texts: readonly string[];
  /** Token of each symbol; NONE where a merge names a text that the vocabulary lacks. */
  readonly tokenIds: Int32Array;
  /** Left, right and merged symbol of each merge, by rank: side by side, as they are read together. */
  private readonly merges: Int32Array;
  /** Ranks by hash, open addressing; at most half of the slots are taken. */
  private readonly slots: Int32Array;
  private readonly shift: number;
  /** Symbols of the characters below U+10000, and of the others. */
  private readonly basic = new Int32Array(0x10000).fill(NONE);
  private readonly supplementary = new Map<number, number>();

  /** @param merges in order of rank; if a pair occurs twice, its last rank counts */
  constructor(tokenToId: ReadonlyMap<string, number>, merges: readonly MergePair[]) {
    const texts: string[] = [];
    const tokenIds: number[] = [];
    const symbols = new Map<string, number>();
    const add = (text: string, tokenId: number): number => {
      const symbol = texts.push(text) - 1;
      tokenIds.push(tokenId);
      symbols.set(text, symbol);
      return symbol;
    };
    for (const [token, id] of tokenToId) add(token, id);
    const symbolOf = (text: string): number => symbols.get(text) ?? add(text, NONE);
    const bits = Math.max(1, Math.ceil(Math.log2(2 * merges.length + 1)));
    this.shift = 32 - bits;
    this.slots = new Int32Array(2 ** bits).fill(NONE);
    this.merges = new Int32Array(3 * merges.length);
    merges.forEach(([left, right], rank) => {
      const pair = [symbolOf(left), symbolOf(right)] as const;
      this.merges.set([...pair, symbolOf(left + right)], 3 * rank);
      this.slots[this.slotOf(...pair)] = rank;
    });
    this.texts = texts;
    this.tokenIds = Int32Array.from(tokenIds);
    texts.forEach((text, symbol) => {
      if (text.length > 2 || text.length === 0) return;
      const codePoint = text.codePointAt(0)!;
      if (text.length === 1) this.basic[codePoint] = symbol;
      else if (codePoint > 0xffff) this.supplementary.set(codePoint, symbol);
    });
  }

  /** Symbol of a character, or NONE if it has no token and no merge reads it. */
  symbolOf(codePoint: number): number {
    return codePoint < 0x10000 ? this.basic[codePoint]! : (this.supplementary.get(codePoint) ?? NONE);
  }

  /** Rank of the merge of two symbols, or NONE. */
  rankOf(left: number, right: number): number {
    return this.slots[this.slotOf(left, right)]!;
  }

  /** Symbol that the merge of this rank makes. */
  merged(rank: number): number {
    return this.merges[3 * rank + 2]!;
  }

  /** Slot of the pair's rank, or the free slot where it would be. */
  private slotOf(left: number, right: number): number {
    const { slots, merges } = this;
    // Multiplicative hashing by two odd constants; the upper bits of a product depend on all bits of its factors.
    let slot = Math.imul(Math.imul(left, 0x9e3779b1) + right, 0x85ebca6b) >>> this.shift;
    for (;;) {
      const rank = slots[slot]!;
      if (rank === NONE || (merges[3 * rank] === left && merges[3 * rank + 1] === right)) return slot;
      slot = (slot + 1) & (slots.length - 1);
    }
  }
}
