/**
 * Rows of a file that holds one JSON object a line, or one JSON array of objects. Which of the two is seen
 * at the first character that is not white space. The array is cut into its elements without being parsed
 * as a whole, so that an error names a line and memory holds one element, on however few lines they stand.
 */
import { JsonError, parseJson } from '@sftkit/json';
import { checkStart } from './check-start.js';
import { DataError } from './data-error.js';
import { type Chunks, type LinePiece, LineSplitter } from './read-lines.js';

/** One parsed row and the line that it starts on. */
export interface Row {
  readonly line: number;
  readonly value: unknown;
}

export interface ReadRowsOptions {
  /** Of the text of one row, in UTF-16 code units; what V8 holds in one string, when absent. */
  readonly maxLength?: number;
}

const V8_MAX_STRING = 2 ** 29 - 24;
/** What JSON calls white space; JavaScript's own counts a byte order mark. */
const NOT_SPACE = /[^ \t\r\n]/;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The rows of a file, those that end in one chunk together: waiting for each would take longer than reading it. Each
 * list is read as it is walked, and to its end before the next.
 * @throws {DataError} at the first row that is not JSON, with its line
 */
export async function* readRows(
  chunks: Chunks,
  file: string,
  { maxLength = V8_MAX_STRING }: ReadRowsOptions = {},
): AsyncGenerator<Iterable<Row>> {
  const lines = new LineSplitter(file);
  let cutter: RowCutter | undefined;
  for await (const chunk of checkStart(chunks, file)) yield rowsOf(lines.push(chunk));
  yield rowsOf(lines.end());
  cutter?.end();

  function* rowsOf(pieces: Iterable<LinePiece>): Generator<Row> {
    for (const piece of pieces) {
      cutter ??= cutterFor(piece, file, maxLength);
      if (cutter) yield* cutter.push(piece);
    }
  }
}

interface RowCutter {
  /** Rows that end in the next piece of the file. */
  push(piece: LinePiece): Iterable<Row>;
  /** @throws {DataError} if something is missing at the end of the file */
  end(): void;
}

/** The cutter for a file whose first character is in a piece; undefined if there is only white space. */
function cutterFor({ text }: LinePiece, file: string, maxLength: number): RowCutter | undefined {
  const first = NOT_SPACE.exec(text)?.[0];
  if (first === undefined) return undefined;
  return first === '[' ? new ArrayCutter(file, maxLength) : new LineCutter(file, maxLength);
}

/** Text of a row under way, and where it starts. */
class RowText {
  readonly #file: string;
  readonly #maxLength: number;
  readonly #remedy: string;
  #text = '';
  #line = 0;
  #column = 0;

  constructor(file: string, maxLength: number, remedy: string) {
    this.#file = file;
    this.#maxLength = maxLength;
    this.#remedy = remedy;
  }

  get isEmpty(): boolean {
    return this.#text === '';
  }

  /** Line that the row starts on. */
  get line(): number {
    return this.#line;
  }

  /** White space in front of a row is left out: the row starts on the piece that has more. */
  add(text: string, line: number, column: number): void {
    if (this.#text === '') {
      if (!NOT_SPACE.test(text)) return;
      this.#line = line;
      this.#column = column;
    }
    if (this.#text.length + text.length > this.#maxLength) {
      const problem = `expected a row of at most ${this.#maxLength} characters, found a longer one; split it into several`;
      throw new DataError({ file: this.#file, line: this.#line }, undefined, problem);
    }
    this.#text += text;
  }

  /** The row, parsed; a new one begins. */
  take(): Row {
    const text = this.#text;
    this.#text = '';
    try {
      return { line: this.#line, value: parseJson(text) };
    } catch (cause) {
      if (!(cause instanceof JsonError)) throw cause;
      const source = { file: this.#file, line: this.#line + cause.line - 1 };
      const column = cause.line === 1 ? this.#column + cause.column - 1 : cause.column;
      if (text[cause.offset] === BYTE_ORDER_MARK) throw joinedFiles(source, column, cause);
      const problem = `not valid JSON: ${cause.message} (column ${column}); ${this.#remedy}`;
      throw new DataError(source, undefined, problem, { cause });
    }
  }
}

/** One row a line. */
class LineCutter implements RowCutter {
  readonly #row: RowText;

  constructor(file: string, maxLength: number) {
    this.#row = new RowText(file, maxLength, 'each line must be one complete JSON object');
  }

  *push({ line, column, text, isEnd }: LinePiece): Generator<Row> {
    this.#row.add(text, line, column);
    if (isEnd && !this.#row.isEmpty) yield this.#row.take();
  }

  end(): void {}
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The elements of a top-level JSON array. */
class ArrayCutter implements RowCutter {
  readonly #file: string;
  readonly #row: RowText;
  #state: 'before' | 'inside' | 'after' = 'before';
  #depth = 0;
  #inString = false;
  #escaped = false;
  #count = 0;
  #lastLine = 1;

  constructor(file: string, maxLength: number) {
    this.#file = file;
    this.#row = new RowText(file, maxLength, 'the file must be one JSON array of objects');
  }

  *push({ line, column, text, isEnd }: LinePiece): Generator<Row> {
    this.#lastLine = line;
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (this.#inString) i = this.#endOfString(text, i);
      else if (this.#state !== 'inside') {
        if (!NOT_SPACE.test(text[i]!)) continue;
        if (this.#state === 'after') throw this.#behindTheEnd(text[i]!, line, column + i);
        this.#state = 'inside';
        from = i + 1;
      } else if (code === QUOTE) this.#inString = true;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) this.#depth += 1;
      else if (this.#depth > 0) {
        if (code === CLOSE_BRACE || code === CLOSE_BRACKET) this.#depth -= 1;
      } else if (code === COMMA || code === CLOSE_BRACKET) {
        this.#row.add(text.slice(from, i), line, column + from);
        if (!this.#row.isEmpty) {
          this.#count += 1;
          yield this.#row.take();
        } else if (code === COMMA || this.#count > 0) {
          throw this.#error(line, `not valid JSON: a comma without a row beside it (column ${column + i})`);
        }
        from = i + 1;
        if (code === CLOSE_BRACKET) this.#state = 'after';
      }
    }
    if (this.#state !== 'inside') return;
    this.#row.add(isEnd ? `${text.slice(from)}\n` : text.slice(from), line, column + from);
  }

  end(): void {
    if (this.#state === 'after') return;
    const isOpen = this.#inString || this.#depth > 0;
    const what = isOpen ? 'the row that starts here never ends' : 'the file ends before the closing ]';
    const problem = `not valid JSON: ${what}; the file must be one complete JSON array`;
    throw this.#error(isOpen ? this.#row.line : this.#lastLine, problem);
  }

  /** Where the string that began before `from` ends in the text, or the text itself. */
  #endOfString(text: string, from: number): number {
    // The character that an earlier piece escapes.
    const start = this.#escaped ? from + 1 : from;
    const quote = text.indexOf('"', start);
    const end = quote < 0 ? text.length : quote;
    let backslashes = 0;
    while (end - backslashes > start && text.charCodeAt(end - backslashes - 1) === BACKSLASH)
      backslashes += 1;
    const isEscaped = backslashes % 2 === 1;
    this.#escaped = isEscaped && quote < 0;
    this.#inString = isEscaped || quote < 0;
    return end;
  }

  #behindTheEnd(found: string, line: number, column: number): DataError {
    if (found === BYTE_ORDER_MARK) return joinedFiles({ file: this.#file, line }, column);
    const problem = `not valid JSON: expected nothing behind the closing ], found ${JSON.stringify(found)} (column ${column})`;
    return this.#error(line, `${problem}; the file must be one complete JSON array`);
  }

  #error(line: number, problem: string): DataError {
    return new DataError({ file: this.#file, line }, undefined, problem);
  }
}

function joinedFiles(source: { file: string; line: number }, column: number, cause?: unknown): DataError {
  const problem = `a byte order mark stands inside the file (column ${column}): files were joined; remove it`;
  return new DataError(source, undefined, problem, { cause });
}
