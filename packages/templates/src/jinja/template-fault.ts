/** What is wrong with a source, and where; the package's errors are made of it. */
export class TemplateFault extends Error {
  /** UTF-16 offset into the normalized source. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
