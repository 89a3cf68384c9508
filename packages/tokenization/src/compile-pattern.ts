import { SplitPreTokenizer } from '@huggingface/tokenizers';
import { shortJson } from '@sftkit/json';
import { TokenizationError } from './tokenization-error.js';
import { describe, isJsonObject } from './tokenizer-json.js';

/**
 * A pattern of a tokenizer.json, `{ "String": … }` or `{ "Regex": … }`, as a global Unicode expression. The
 * files are written for Oniguruma, whose `\s`, `\w`, `(?i:…)` and POSIX classes differ from JavaScript's;
 * @huggingface/tokenizers translates them.
 */
export function compilePattern(pattern: unknown): RegExp {
  const fields = isJsonObject(pattern) ? pattern : {};
  const { String: text, Regex } = fields;
  if (typeof text === 'string') return compiled(text, () => literal(text));
  if (typeof Regex !== 'string') {
    throw new TokenizationError(
      `tokenizer.json: pattern: expected {"String": …} or {"Regex": …}, got ${describe(pattern)}`,
    );
  }
  return compiled(Regex, () => translated(Regex));
}

function literal(text: string): RegExp {
  return RegExp(escapeForPattern(text), 'gu');
}

function translated(Regex: string): RegExp | null {
  const options = { type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false } as const;
  return new SplitPreTokenizer(options).pattern;
}

function compiled(source: string, make: () => RegExp | null): RegExp {
  let pattern: RegExp | null = null;
  let cause: unknown;
  try {
    pattern = make();
    // What an engine cannot compile it may refuse only when it is asked to.
    pattern?.test('');
  } catch (error) {
    pattern = null;
    cause = error;
  }
  if (pattern !== null) return pattern;
  throw new TokenizationError(
    `tokenizer.json: pattern: cannot be read in JavaScript: ${shortJson(source, 300)}`,
    { cause },
  );
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
