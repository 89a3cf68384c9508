import type { AlignedText } from './aligned-text.js';
import type { EncodedPiece } from './piece-encoder.js';
import type { Encoding } from './types.js';

/** Collects tokens in order and hands them out as an `Encoding`. */
export class EncodingBuilder {
  private readonly ids: number[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  private readonly special: number[] = [];

  push(id: number, start: number, end: number, special: boolean): void {
    this.ids.push(id);
    this.starts.push(start);
    this.ends.push(end);
    this.special.push(special ? 1 : 0);
  }

  /** The tokens of a piece that stands at `at` in `source`; their ranges become the original's. */
  pushPiece(piece: EncodedPiece, source: AlignedText, at: number): void {
    const { map } = source;
    const base = source.offset + at;
    for (let i = 0; i < piece.ids.length; i++) {
      const start = piece.starts[i]!;
      const end = piece.ends[i]!;
      this.ids.push(piece.ids[i]!);
      this.starts.push(map ? map.starts[at + start]! : base + start);
      this.ends.push(map ? map.ends[at + end - 1]! : base + end);
      this.special.push(0);
    }
  }

  build(): Encoding {
    return {
      ids: Int32Array.from(this.ids),
      starts: Int32Array.from(this.starts),
      ends: Int32Array.from(this.ends),
      special: Uint8Array.from(this.special),
    };
  }
}
