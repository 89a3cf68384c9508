/**
 * Merges a long text window by window. The symbols are exactly those of the whole text; the time is linear in its length,
 * and the memory is that of one window beside the result.
 *
 * Two windows may be joined where their seam is stable: where the text of the last symbol of the first window and the
 * first symbol of the second, merged alone, gives these two symbols again. The reason is a theorem: if every two
 * neighbours of the symbols s1 … sn are stable, then the whole text merges to s1 … sn; and conversely.
 * - Merging always picks the candidate of lowest rank, the leftmost of equals. As long as no merge crosses an end of a
 *   stretch of the text, the merges inside the stretch are those of the stretch alone, in the same order.
 * - Suppose that the neighbours are stable, and that some merge of the whole text is the first to cross an end of a
 *   symbol, between si and si+1. Until then their stretch has been merged as it is alone, so alone it makes this merge as
 *   well, and the two are not stable. Hence no merge crosses an end of a symbol, and each symbol is merged as it is alone.
 * - Conversely, if the whole text merges to s1 … sn, no merge crosses an end of a symbol. So two neighbours alone are
 *   merged as they are in the whole text, and are stable. That covers the neighbours inside a window.
 * The theorem needs no order of the ranks: in SentencePiece's vocabularies a merge may come before one that makes its part.
 * See github.com/github/rust-gems, crate bpe, which uses it for vocabularies where that does not happen.
 */
import { type MergeTable, NONE } from './merge-table.js';
import { type MergedText, PairMerger } from './pair-merger.js';

export interface WindowSizes {
  /** Longest text that is merged at once, in UTF-16 code units; at least 2. */
  readonly width?: number;
  /** How far before the end of a window the next one begins: the last symbols of a window lack the text behind them. */
  readonly overlap?: number;
}

export class WindowedMerger {
  private readonly table: MergeTable;
  private readonly window: PairMerger;
  private readonly pair: PairMerger;
  private readonly width: number;
  private readonly overlap: number;

  constructor(table: MergeTable, { width = 2048, overlap = 64 }: WindowSizes = {}) {
    this.table = table;
    this.window = new PairMerger(table);
    this.pair = new PairMerger(table);
    this.width = width;
    this.overlap = overlap;
  }

  /** The merged form of a text; valid until the next call. */
  merge(text: string): MergedText {
    if (text.length > this.width) return this.mergeInWindows(text) ?? this.mergeAtOnce(text);
    this.window.merge(text);
    return this.window;
  }

  /** For a text without stable seams: O(n log n). Its arrays are not kept. */
  private mergeAtOnce(text: string): MergedText {
    const whole = new PairMerger(this.table);
    whole.merge(text);
    return whole;
  }

  /** @returns undefined if two windows have no stable seam */
  private mergeInWindows(text: string): MergedText | undefined {
    const { window } = this;
    const merged = new SymbolList();
    let start = 0;
    let end = characterEnd(text, this.width);
    window.merge(text, start, end);
    merged.append(window);
    while (end < text.length) {
      // While the seam is not stable, the next window begins further back.
      for (let overlap = this.overlap; ; overlap *= 2) {
        const kept = merged.countUntil(end - overlap);
        const seam = merged.endOf(kept);
        if (seam <= start) return undefined;
        const nextEnd = characterEnd(text, seam + this.width);
        window.merge(text, seam, nextEnd);
        if (!this.isStable(merged.symbols[kept - 1]!, window.symbols[0]!)) continue;
        merged.truncate(kept);
        merged.append(window);
        start = seam;
        end = nextEnd;
        break;
      }
    }
    return merged;
  }

  /** Whether the text of two symbols, merged alone, gives these two again. A character without a symbol never merges. */
  private isStable(left: number, right: number): boolean {
    if (left === NONE || right === NONE) return true;
    const { pair } = this;
    pair.merge(this.table.texts[left]! + this.table.texts[right]!);
    return pair.count === 2 && pair.symbols[0] === left && pair.symbols[1] === right;
  }
}

/** Symbols in order, in arrays that grow. */
class SymbolList implements MergedText {
  symbols = new Int32Array(4096);
  ends = new Int32Array(4096);
  count = 0;

  append({ symbols, ends, count }: MergedText): void {
    const length = this.count + count;
    if (length > this.symbols.length) {
      this.symbols = grown(this.symbols, 2 * length);
      this.ends = grown(this.ends, 2 * length);
    }
    this.symbols.set(symbols.subarray(0, count), this.count);
    this.ends.set(ends.subarray(0, count), this.count);
    this.count = length;
  }

  truncate(count: number): void {
    this.count = count;
  }

  /** End of the first `count` symbols. */
  endOf(count: number): number {
    return count === 0 ? 0 : this.ends[count - 1]!;
  }

  /** How many symbols end at `end` or before it. Counted from behind, where it is close. */
  countUntil(end: number): number {
    let count = this.count;
    while (count > 0 && this.ends[count - 1]! > end) count--;
    return count;
  }
}

function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

/** `at`, or the end of the character that it lies in, or the end of the text. */
function characterEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  return text.codePointAt(at - 1)! > 0xffff ? at + 1 : at;
}
