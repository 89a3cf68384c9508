import { SplitPreTokenizer } from '@huggingface/tokenizers';
import { TokenizationError } from './tokenization-error.js';
import { describe, isJsonObject } from './tokenizer-json.js';

/**
 * A pattern of a tokenizer.json, `{ "String": … }` or `{ "Regex": … }`, as a global Unicode expression. The
 * files are written for Oniguruma, whose `\s`, `\w`, `(?i:…)` and POSIX classes differ from JavaScript's;
 * @huggingface/tokenizers translates them.
 */
export function compilePattern(pattern: unknown): RegExp {
  const fields = isJsonObject(pattern) ? pattern : {};
  if (typeof fields.String === 'string') return RegExp(escapeForPattern(fields.String), 'gu');
  if (typeof fields.Regex !== 'string') {
    throw new TokenizationError(
      `tokenizer.json: pattern: expected {"String": …} or {"Regex": …}, got ${describe(pattern)}`,
    );
  }
  try {
    const splitter = new SplitPreTokenizer({
      type: 'Split',
      pattern: { Regex: fields.Regex },
      behavior: 'Isolated',
      invert: false,
    });
    if (splitter.pattern) return splitter.pattern;
  } catch (cause) {
    throw new TokenizationError(`tokenizer.json: pattern: cannot be read in JavaScript: ${fields.Regex}`, {
      cause,
    });
  }
  throw new TokenizationError(`tokenizer.json: pattern: cannot be read in JavaScript: ${fields.Regex}`);
}

/** The expression that matches `text` itself, under the `u` flag. */
export function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/**
 * What a search of a text gives. V8 keeps a place to go back to for many characters of a match, in at most 64 MiB, so a
 * match of some four million characters ends in a RangeError.
 * @throws {TokenizationError} in its place
 */
export function searched<T>(text: string, search: () => T): T {
  try {
    return search();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TokenizationError(
      `encode: expected a text that the patterns of tokenizer.json cut into pieces, found ${text.length} characters with a ` +
        'piece too long for a regular expression, some four million without a break; split the text',
      { cause },
    );
  }
}
