/**
 * Byte-pair encoding, the applying half: of all neighbouring symbols that a merge joins, those of the lowest rank are
 * joined, the leftmost of equals, until none is left. See Sennrich et al. (2016), section 3.2. The symbols are a linked
 * list in arrays, the candidates a heap: O(n log n) time for n characters.
 */
import { type MergeTable, NONE } from './merge-table.js';
import { NumberHeap } from './number-heap.js';

/** The symbols of a text, in order. The arrays may be longer than `count`. */
export interface MergedText {
  /** (count) symbols of the merge table; NONE for a character that has none. */
  readonly symbols: Int32Array;
  /** (count) end of each, in UTF-16 code units of the text; it starts where the one before it ends. */
  readonly ends: Int32Array;
  readonly count: number;
}

// A candidate is one number, `rank * POSITIONS + position`: exact, as ranks stay below 2^22.
const POSITIONS = 2 ** 31;

/** Holds the result of the last `merge`; the next one overwrites it. */
export class PairMerger implements MergedText {
  symbols = new Int32Array(64);
  ends = new Int32Array(64);
  count = 0;
  private next = new Int32Array(64);
  private previous = new Int32Array(64);
  /** Rank of the merge with the next symbol, or NONE. A candidate with another rank is out of date. */
  private ranks = new Int32Array(64);
  private readonly table: MergeTable;
  private readonly candidates = new NumberHeap();

  constructor(table: MergeTable) {
    this.table = table;
  }

  /** Merges the characters of `text.slice(start, end)`; both lie between characters. */
  merge(text: string, start = 0, end = text.length): void {
    this.read(text, start, end);
    const { table, candidates, symbols, next, previous, ranks, count: characters } = this;
    candidates.clear();
    for (let at = 0; at < characters; at++) this.consider(at, characters);
    for (
      let candidate = candidates.pop();
      candidate < Number.POSITIVE_INFINITY;
      candidate = candidates.pop()
    ) {
      const rank = Math.floor(candidate / POSITIONS);
      const at = candidate - rank * POSITIONS;
      if (ranks[at] !== rank) continue;
      const right = next[at]!;
      const after = next[right]!;
      symbols[at] = table.merged(rank);
      next[at] = after;
      ranks[right] = NONE;
      if (after < characters) previous[after] = at;
      this.consider(at, characters);
      if (previous[at] !== NONE) this.consider(previous[at]!, characters);
    }
    this.compact();
  }

  /** Writes each character as a symbol, linked to its neighbours. */
  private read(text: string, start: number, end: number): void {
    this.reserve(end - start);
    const { table, symbols, ends, next, previous } = this;
    let count = 0;
    for (let at = start; at < end; count++) {
      const codePoint = text.codePointAt(at)!;
      at += codePoint > 0xffff ? 2 : 1;
      symbols[count] = table.symbolOf(codePoint);
      ends[count] = at;
      next[count] = count + 1;
      previous[count] = count - 1; // NONE before the first
    }
    this.count = count;
  }

  /** Queues the merge of the symbol at `at` with the one behind it. */
  private consider(at: number, characters: number): void {
    const right = this.next[at]!;
    const rank = right < characters ? this.table.rankOf(this.symbols[at]!, this.symbols[right]!) : NONE;
    this.ranks[at] = rank;
    if (rank !== NONE) this.candidates.push(rank * POSITIONS + at);
  }

  /** Moves the remaining symbols to the front, in place. */
  private compact(): void {
    const { symbols, ends, next, count: characters } = this;
    let count = 0;
    for (let at = 0; at < characters; count++) {
      symbols[count] = symbols[at]!;
      at = next[at]!;
      ends[count] = ends[at - 1]!;
    }
    this.count = count;
  }

  private reserve(length: number): void {
    if (length <= this.symbols.length) return;
    const room = 2 ** Math.ceil(Math.log2(length));
    this.symbols = new Int32Array(room);
    this.ends = new Int32Array(room);
    this.next = new Int32Array(room);
    this.previous = new Int32Array(room);
    this.ranks = new Int32Array(room);
  }
}
