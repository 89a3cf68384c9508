import type { AlignedText } from './aligned-text.js';
import type { EncodedPiece } from './piece-encoder.js';
import type { Encoding } from './types.js';

// Tokens that room is kept for, some three megabytes: more than most texts have.
const MOST_KEPT = 2 ** 18;

/**
 * Collects tokens in order and hands them out as an `Encoding`. One builder serves text after text in the room of the
 * longest: arrays that grow anew for each text are most of the garbage that encoding makes.
 */
export class EncodingBuilder {
  private length = 0;
  private ids = new Int32Array(1024);
  private starts = new Int32Array(1024);
  private ends = new Int32Array(1024);
  private special = new Uint8Array(1024);

  /** Begins with the next text, also after one that failed. */
  clear(): void {
    this.length = 0;
    if (this.ids.length > MOST_KEPT) this.resize(1024);
  }

  push(id: number, start: number, end: number, special: boolean): void {
    const at = this.length;
    this.reserve(at + 1);
    this.ids[at] = id;
    this.starts[at] = start;
    this.ends[at] = end;
    this.special[at] = special ? 1 : 0;
    this.length = at + 1;
  }

  /** The tokens of a piece that stands at `at` in `source`; their ranges become the original's. */
  pushPiece(piece: EncodedPiece, source: AlignedText, at: number): void {
    const { map, floor } = source;
    const base = source.offset + at;
    for (let i = 0; i < piece.length; i += 3) {
      const start = piece[i + 1]!;
      const end = piece[i + 2]!;
      if (map) this.push(piece[i]!, map.starts[at + start]!, map.ends[at + end - 1]!, false);
      else this.push(piece[i]!, Math.max(floor, base + start), Math.max(floor, base + end), false);
    }
  }

  build(): Encoding {
    const encoding = {
      ids: this.ids.slice(0, this.length),
      starts: this.starts.slice(0, this.length),
      ends: this.ends.slice(0, this.length),
      special: this.special.slice(0, this.length),
    };
    this.clear();
    return encoding;
  }

  private reserve(length: number): void {
    if (length <= this.ids.length) return;
    this.resize(2 * length);
  }

  private resize(room: number): void {
    const copy = <T extends Int32Array | Uint8Array>(from: T, to: T): T => {
      to.set(from.subarray(0, this.length) as T);
      return to;
    };
    this.ids = copy(this.ids, new Int32Array(room));
    this.starts = copy(this.starts, new Int32Array(room));
    this.ends = copy(this.ends, new Int32Array(room));
    this.special = copy(this.special, new Uint8Array(room));
  }
}
