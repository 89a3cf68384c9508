/** Text that is no JSON. The message says what was expected and found; the place is for whoever knows the file. */
export class JsonError extends SyntaxError {
  override readonly name = 'JsonError';
  /** UTF-16 code units before the place. */
  readonly offset: number;
  /** Both counted from 1; columns in UTF-16 code units. */
  readonly line: number;
  readonly column: number;

  constructor(message: string, text: string, offset: number) {
    super(message);
    const before = text.slice(0, offset);
    this.offset = offset;
    this.line = before.split('\n').length;
    this.column = offset - before.lastIndexOf('\n');
  }
}
