/** Base class of everything this package throws. */
export class TokenizationError extends Error {
  override readonly name: string = 'TokenizationError';
}

/** Tokens that were asked for and that the tokenizer does not have. */
export class MissingTokensError extends TokenizationError {
  override readonly name = 'MissingTokensError';
  readonly tokens: readonly string[];

  constructor(message: string, tokens: readonly string[]) {
    super(message);
    this.tokens = tokens;
  }
}

/** A tokenizer file that is missing, unreadable or not what its name says. */
export class TokenizerFileError extends TokenizationError {
  override readonly name = 'TokenizerFileError';
  readonly path: string;

  constructor(message: string, path: string, cause?: unknown) {
    super(message, { cause });
    this.path = path;
  }
}
