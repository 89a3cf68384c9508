/**
 * Lines of a file that arrives in chunks, in pieces: what one chunk holds of one line. A line may be the whole file, so
 * it is never joined here. A UTF-8 line break is one byte that is part of no other character, so bytes are cut first
 * and decoded second: a broken byte is then known to the line.
 */
import { DataError } from './data-error.js';
import { joined } from './joined.js';

/** A file as it comes from a stream, a `fetch` body or a string; text chunks are cut anywhere. */
export type Chunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

export interface LinePiece {
  /** Of the line, counted from 1. */
  readonly line: number;
  /** Of the first character, counted from 1 in UTF-16 code units. */
  readonly column: number;
  /** Without the line feed; a carriage return stays, being white space to JSON. */
  readonly text: string;
  /** Whether the line ends behind this piece. */
  readonly isEnd: boolean;
}

/** Far below what a string may be, whatever a chunk is. */
const MAX_PIECE = 2 ** 24;
const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = '\uFEFF';
const NO_BYTES = new Uint8Array(0);

/** Cuts chunks into pieces of lines. A byte order mark at the very beginning is dropped. */
export class LineSplitter {
  readonly #file: string;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** The beginning of a character that goes on in the next chunk; only within a line. */
  #held = NO_BYTES;
  #line = 1;
  #column = 1;
  #isStart = true;

  /** @param file name used in errors */
  constructor(file: string) {
    this.#file = file;
  }

  /** @throws {DataError} at the first line that is not UTF-8 */
  *push(chunk: string | Uint8Array): Generator<LinePiece> {
    let from = 0;
    while (from < chunk.length) {
      const feed = typeof chunk === 'string' ? chunk.indexOf('\n', from) : chunk.indexOf(LINE_FEED, from);
      const lineEnd = feed < 0 ? chunk.length : feed;
      while (lineEnd - from > MAX_PIECE) {
        yield this.#piece(this.#decode(chunk, from, from + MAX_PIECE, false), false);
        from += MAX_PIECE;
      }
      if (feed >= 0 || from < lineEnd) {
        yield this.#piece(this.#decode(chunk, from, lineEnd, feed >= 0), feed >= 0);
      }
      from = lineEnd + 1;
    }
  }

  /** The end of a last line without a line feed. */
  *end(): Generator<LinePiece> {
    if (this.#held.length === 0 && this.#column === 1) return;
    yield this.#piece(this.#decode('', 0, 0, true), true);
  }

  #piece(text: string, isEnd: boolean): LinePiece {
    const piece = { line: this.#line, column: this.#column, text, isEnd };
    this.#line += isEnd ? 1 : 0;
    this.#column = isEnd ? 1 : this.#column + text.length;
    return piece;
  }

  #decode(chunk: string | Uint8Array, from: number, to: number, isEnd: boolean): string {
    let text: string;
    try {
      text =
        typeof chunk === 'string'
          ? this.#flush() + chunk.slice(from, to)
          : this.#decodeBytes(chunk.subarray(from, to), isEnd);
    } catch (cause) {
      const problem = 'expected UTF-8, found a byte that is not; save the file as UTF-8';
      throw new DataError({ file: this.#file, line: this.#line }, undefined, problem, { cause });
    }
    if (!this.#isStart || (text === '' && !isEnd)) return text;
    this.#isStart = false;
    return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  }

  /** A decoder that streams makes strings of two bytes a character, also of ASCII: characters are held back here. */
  #decodeBytes(bytes: Uint8Array, isEnd: boolean): string {
    const all = this.#held.length === 0 ? bytes : joined(this.#held, bytes);
    const length = isEnd ? all.length : wholeCharacters(all);
    // A copy, not a view: a stream may fill the same buffer again.
    this.#held = all.slice(length);
    return this.#decoder.decode(all.subarray(0, length));
  }

  #flush(): string {
    const held = this.#held;
    this.#held = NO_BYTES;
    return held.length === 0 ? '' : this.#decoder.decode(held);
  }
}

/** Length of UTF-8 up to a last character that is not complete. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let at = bytes.length - 1; at >= 0 && at >= bytes.length - 3; at--) {
    const byte = bytes[at]!;
    const isFirst = byte < 0x80 || byte >= 0xc0;
    if (!isFirst) continue;
    const size = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return at + size > bytes.length ? at : bytes.length;
  }
  return bytes.length;
}
