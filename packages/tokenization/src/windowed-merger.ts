/**
 * Merging a long text window by window, with the symbols that the whole text would have: in linear time, and in memory
 * for one window beside the result.
 *
 * It rests on this: symbols s1 … sn are the merged form of their text if and only if each two neighbours are that of
 * theirs, that is, the text of si and si+1 alone merges to si and si+1.
 * - Of the candidates in a text the one of the lowest rank is merged, the leftmost of equals. Inside a stretch of the text
 *   that is the same one as in the stretch alone. So what happens in a stretch is what happens to it alone, up to the
 *   first merge that reaches across an end of it.
 * - If s1 … sn are the merged form, no merge reaches across an end of theirs. So two neighbours alone merge to themselves.
 * - If they are not, some merge is the first to reach across, between an si and si+1. Up to there their text was merged as
 *   it is alone, and alone this merge comes next, too. So these two neighbours do not merge to themselves.
 * Nothing is assumed about the merges, such as that ranks rise as symbols grow: SentencePiece's do not. Windows may
 * therefore be strung together wherever the last symbol of one and the first of the next merge to themselves.
 * See also github.com/github/rust-gems, crate bpe, whose proof is for merges that rise.
 */
import { type MergeTable, NONE } from './merge-table.js';
import { type MergedText, PairMerger } from './pair-merger.js';

export interface WindowSizes {
  /** Longest text that is merged in one go, in UTF-16 code units. */
  readonly width?: number;
  /** How far before the end of a window the next one begins: the last symbols of a window lack what is behind them. */
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

  /** For a text whose windows do not fit together. Its room is not kept. */
  private mergeAtOnce(text: string): MergedText {
    const whole = new PairMerger(this.table);
    whole.merge(text);
    return whole;
  }

  private mergeInWindows(text: string): MergedText | undefined {
    const { window } = this;
    const merged = new SymbolList();
    let start = 0;
    let end = characterEnd(text, this.width);
    window.merge(text, start, end);
    merged.append(window);
    while (end < text.length) {
      // Where the windows do not fit, the next one begins further back: a token may be longer than the overlap.
      for (let overlap = this.overlap; ; overlap *= 2) {
        const kept = merged.countUntil(end - overlap);
        const seam = merged.endOf(kept);
        if (seam <= start) return undefined;
        const nextEnd = characterEnd(text, seam + this.width);
        window.merge(text, seam, nextEnd);
        if (!this.areStable(merged.symbols[kept - 1]!, window.symbols[0]!)) continue;
        merged.truncate(kept);
        merged.append(window);
        start = seam;
        end = nextEnd;
        break;
      }
    }
    return merged;
  }

  /** Whether the text of two symbols alone merges to these two. */
  private areStable(left: number, right: number): boolean {
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
