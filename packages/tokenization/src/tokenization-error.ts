import { shortJson } from '@sftkit/json';

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

  /** @param has the control tokens that there are */
  static of(tokens: readonly string[], has: readonly string[]): MissingTokensError {
    const list = (some: readonly string[]): string => some.map((token) => shortJson(token)).join(', ');
    const found = has.length === 0 ? 'none' : `${list(has.slice(0, 8))}${has.length > 8 ? ', …' : ''}`;
    return new MissingTokensError(
      `requireTokens: expected ${list(tokens)} to be single tokens, got a tokenizer whose control tokens are ${found}; ` +
        "add them with addSpecialTokens and resize the model's embedding, or use a template that writes only tokens it has",
      tokens,
    );
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
