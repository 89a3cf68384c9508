/** Where a row stands: what an error prints, and what an example remembers. */
export interface Source {
  /** The file's name as the caller gave it. */
  readonly file: string;
  /** Line that the row starts on, counted from 1. */
  readonly line: number;
}

/**
 * A row that cannot become an example. The message is one line, `file:line: field: expected …, found …;
 * what to do`, so that an editor or a terminal can jump to it.
 */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly file: string;
  readonly line: number;
  /** Path of the offending field inside the row, `messages[2].content`; undefined for the row as a whole. */
  readonly field: string | undefined;

  constructor(source: Source, field: string | undefined, problem: string, options?: { cause?: unknown }) {
    const place = `${source.file}:${source.line}: ${field === undefined ? '' : `${field}: `}`;
    // Names, roles and keys come from the file and may hold line breaks; a message is one line.
    super(`${place}${problem}`.replace(/\s*[\r\n]+\s*/g, ' '), options);
    this.file = source.file;
    this.line = source.line;
    this.field = field;
  }
}
