/**
 * Lines of a file that arrives in chunks, in pieces: what one chunk holds of one line. A line may be the whole file, so
 * it is never joined here. A UTF-8 line break is one byte that is part of no other character, so bytes are cut first
 * and decoded second: a broken byte is then known to the line.
 */
import { DataError } from './data-error.js';

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

type Decoder = InstanceType<typeof TextDecoder>;

/** Far below what a string may be, whatever a chunk is. */
const MAX_PIECE = 2 ** 24;
const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = '\uFEFF';

/** Cuts chunks into pieces of lines. A byte order mark at the very beginning is dropped. */
export class LineSplitter {
  readonly #file: string;
  readonly #whole = newDecoder();
  /** Holds the beginning of a character that goes on in the next chunk; only within a line. */
  #part: Decoder | undefined;
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
    if (this.#part === undefined && this.#column === 1) return;
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

  #decodeBytes(bytes: Uint8Array, isEnd: boolean): string {
    if (isEnd && this.#part === undefined) return this.#whole.decode(bytes);
    this.#part ??= newDecoder();
    const text = this.#part.decode(bytes, { stream: !isEnd });
    if (isEnd) this.#part = undefined;
    return text;
  }

  #flush(): string {
    const text = this.#part?.decode() ?? '';
    this.#part = undefined;
    return text;
  }
}

function newDecoder(): Decoder {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}
