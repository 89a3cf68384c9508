/**
 * Rows of a file that holds one JSON object a line, or one JSON array of objects. Which of the two is seen
 * at the first character that is not white space. The array is cut into its elements without being parsed
 * as a whole, so that an error names a line and memory holds one element.
 */
import { DataError } from './data-error.js';
import { type Chunks, type Line, readLines } from './read-lines.js';

/** One parsed row and the line that it starts on. */
export interface Row {
  readonly line: number;
  readonly value: unknown;
}

/** @throws {DataError} at the first row that is not JSON, with its line */
export async function* readRows(chunks: Chunks, file: string): AsyncGenerator<Row> {
  const lines = readLines(chunks, file);
  for await (const first of lines) {
    if (first.text.trim() === '') continue;
    if (first.text.trimStart().startsWith('[')) yield* arrayElements(first, lines, file);
    else yield* objectLines(first, lines, file);
    return;
  }
}

async function* objectLines(first: Line, rest: AsyncIterable<Line>, file: string): AsyncGenerator<Row> {
  const remedy = 'each line must be one complete JSON object';
  yield { line: first.number, value: parseJson(first.text, file, first.number, remedy) };
  for await (const { number, text } of rest) {
    if (text.trim() !== '') yield { line: number, value: parseJson(text, file, number, remedy) };
  }
}

async function* arrayElements(first: Line, rest: AsyncIterable<Line>, file: string): AsyncGenerator<Row> {
  const splitter = new ArraySplitter(file);
  yield* splitter.push(first);
  for await (const line of rest) yield* splitter.push(line);
  splitter.end();
}

/** Cuts a top-level JSON array into elements, fed line by line. */
class ArraySplitter {
  private readonly file: string;
  private state: 'before' | 'inside' | 'after' = 'before';
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** Text of the element under way from earlier lines; empty between elements. */
  private pending = '';
  private pendingLine = 0;
  private count = 0;
  private lastLine = 1;

  constructor(file: string) {
    this.file = file;
  }

  *push({ number, text }: Line): Generator<Row> {
    this.lastLine = number;
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const char = text[i] as string;
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (char === '\\') this.escaped = true;
        else if (char === '"') this.inString = false;
      } else if (this.state !== 'inside') {
        if (char.trim() === '') continue;
        if (this.state === 'after') throw this.error(number, 'expected nothing after the closing ]');
        this.state = 'inside';
        from = i + 1;
      } else if (char === '"') this.inString = true;
      else if (char === '{' || char === '[') this.depth += 1;
      else if (this.depth > 0) {
        if (char === '}' || char === ']') this.depth -= 1;
      } else if (char === ',' || char === ']') {
        yield* this.element(text.slice(from, i), number, char === ']');
        from = i + 1;
        if (char === ']') this.state = 'after';
      }
    }
    if (this.state !== 'inside') return;
    this.keep(text.slice(from), number);
    if (this.pending !== '') this.pending += '\n';
  }

  /** @throws {DataError} if the array was not closed */
  end(): void {
    if (this.state === 'after') return;
    const isOpen = this.inString || this.depth > 0;
    const what = isOpen ? 'the row that starts here never ends' : 'the file ends before the closing ]';
    const problem = `not valid JSON: ${what}; the file must be one complete JSON array`;
    throw this.error(isOpen ? this.pendingLine : this.lastLine, problem);
  }

  private keep(text: string, number: number): void {
    if (this.pending !== '') this.pending += text;
    else if (text.trim() !== '') {
      this.pending = text;
      this.pendingLine = number;
    }
  }

  private *element(text: string, number: number, last: boolean): Generator<Row> {
    this.keep(text, number);
    const whole = this.pending;
    this.pending = '';
    if (whole === '') {
      if (last && this.count === 0) return;
      throw this.error(number, 'not valid JSON: a comma without a row beside it');
    }
    this.count += 1;
    const line = this.pendingLine;
    yield { line, value: parseJson(whole, this.file, line, 'the file must be one JSON array of objects') };
  }

  private error(line: number, problem: string): DataError {
    return new DataError({ file: this.file, line }, undefined, problem);
  }
}

function parseJson(text: string, file: string, firstLine: number, remedy: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    // V8 names the position inside the text it was given; other engines do not, and then it is left out.
    const position = /position (\d+)/.exec(reason)?.[1];
    const before = text.slice(0, position === undefined ? 0 : Number(position)).split('\n');
    const column = position === undefined ? '' : ` (column ${(before.at(-1) ?? '').length + 1})`;
    const plain = reason.replace(/ in JSON at position.*$| is not valid JSON$/s, '');
    const source = { file, line: firstLine + before.length - 1 };
    throw new DataError(source, undefined, `not valid JSON: ${plain}${column}; ${remedy}`, { cause });
  }
}
