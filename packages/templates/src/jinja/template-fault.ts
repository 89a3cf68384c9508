import { UnsupportedError } from './python-error.js';

/** What is wrong with a source, and where; the package's errors are made of it. */
export class TemplateFault extends Error {
  /** UTF-16 offset into the normalized source. */
  readonly offset: number;

  constructor(message: string, offset: number, options?: ErrorOptions) {
    super(message, options);
    this.offset = offset;
  }

  /** Of what is right for jinja2, and not supported here. */
  static unsupported(message: string, offset: number): TemplateFault {
    return new TemplateFault(message, offset, { cause: new UnsupportedError(message) });
  }
}
