import type { AlignedText } from './aligned-text.js';
import type { EncodedPiece } from './piece-encoder.js';
import type { Encoding } from './types.js';

/** Tokens of one stretch, some three megabytes: more than most texts have. */
const MOST_AT_ONCE = 2 ** 18;

/**
 * Collects tokens in order and hands them out as an `Encoding`. One builder serves text after text in the room of the
 * longest: arrays that grow anew for each text are most of the garbage that encoding makes. A text of millions of tokens
 * is collected in stretches, which take less memory than arrays that double.
 */
export class EncodingBuilder {
  private length = 0;
  private ids = new Int32Array(1024);
  private starts = new Int32Array(1024);
  private ends = new Int32Array(1024);
  private special = new Uint8Array(1024);
  /** Stretches before this one. */
  private full: Encoding[] = [];

  /** Begins with the next text, also after one that failed. */
  clear(): void {
    this.length = 0;
    this.full = [];
  }

  push(id: number, start: number, end: number, special: boolean): void {
    if (this.length === this.ids.length) this.makeRoom();
    const at = this.length;
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
    const stretches = [...this.full, this.stretch()];
    this.clear();
    return stretches.length === 1 ? stretches[0]! : joined(stretches);
  }

  /** The tokens since the last stretch, in memory of their own. */
  private stretch(): Encoding {
    return {
      ids: this.ids.slice(0, this.length),
      starts: this.starts.slice(0, this.length),
      ends: this.ends.slice(0, this.length),
      special: this.special.slice(0, this.length),
    };
  }

  private makeRoom(): void {
    if (this.length === MOST_AT_ONCE) {
      this.full.push(this.stretch());
      this.length = 0;
      return;
    }
    const room = 2 * this.length;
    const { ids, starts, ends, special } = this;
    this.ids = new Int32Array(room);
    this.starts = new Int32Array(room);
    this.ends = new Int32Array(room);
    this.special = new Uint8Array(room);
    this.ids.set(ids);
    this.starts.set(starts);
    this.ends.set(ends);
    this.special.set(special);
  }
}

function joined(stretches: readonly Encoding[]): Encoding {
  const length = stretches.reduce((sum, { ids }) => sum + ids.length, 0);
  const whole = {
    ids: new Int32Array(length),
    starts: new Int32Array(length),
    ends: new Int32Array(length),
    special: new Uint8Array(length),
  };
  let at = 0;
  for (const { ids, starts, ends, special } of stretches) {
    whole.ids.set(ids, at);
    whole.starts.set(starts, at);
    whole.ends.set(ends, at);
    whole.special.set(special, at);
    at += ids.length;
  }
  return whole;
}
