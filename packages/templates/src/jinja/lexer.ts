/**
 * Source -> tokens, by the rules of jinja2's lexer with Hugging Face's settings (`trim_blocks`, `lstrip_blocks`): line
 * ends become line feeds, one at the end of the source goes, and tags strip the whitespace around them. Linear in the
 * source's length, whatever it holds.
 */
import { decodeStringLiteral } from './string-literal.js';
import { TemplateFault } from './template-fault.js';
import { isSpace, skipSpace, skipSpaceBack } from './whitespace.js';

export type TokenType =
  | 'data'
  | 'block_begin'
  | 'block_end'
  | 'variable_begin'
  | 'variable_end'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'operator'
  | 'eof';

export interface Token {
  readonly type: TokenType;
  /** What it says: decoded text of a string, digits of a number. */
  readonly value: string;
  /** UTF-16 offset into the normalized source. */
  readonly offset: number;
  /** Of `block_begin`: a comment that comes first in the block, for `{% generation %}{# reasoning #}`. */
  note?: string;
}

const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}<>=.:|,;]/y;
const NAME = /[\p{L}\p{N}\p{M}_·]+/uy;
const FLOAT = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The source as jinja2 reads it: line ends are line feeds, and one at the end is gone. */
export function normalizeSource(source: string): string {
  const lines = source.replace(/\r\n?/g, '\n');
  return lines.endsWith('\n') ? lines.slice(0, -1) : lines;
}

/**
 * @param source as `normalizeSource` gives it
 * @throws {TemplateFault} with the place
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const opening = /\{[%{#]/g;
  let at = 0;
  // Whether what came before ended with a line feed: then whitespace here may be an indentation.
  let isLineStart = true;
  while (at < source.length) {
    opening.lastIndex = at;
    const match = opening.exec(source);
    const start = match?.index ?? source.length;
    if (!match) {
      pushData(at, start);
      break;
    }
    const sign = source[start + 2] ?? '';
    pushData(at, dataEnd(at, start, match[0] !== '{{', sign));
    if (match[0] === '{#') at = comment(start);
    else if (match[0] === '{{') at = tag(start, 'variable');
    else at = raw(start) ?? tag(start, 'block');
    isLineStart = source[at - 1] === '\n';
  }
  tokens.push({ type: 'eof', value: '', offset: source.length });
  return tokens;

  function pushData(from: number, to: number): void {
    if (to > from) tokens.push({ type: 'data', value: source.slice(from, to), offset: from });
  }

  /** Where the text before a tag ends: `-` takes all whitespace off, a tag alone on its line its indentation. */
  function dataEnd(from: number, start: number, mayIndent: boolean, sign: string): number {
    if (sign === '-') return skipSpaceBack(source, start, from);
    if (sign === '+' || !mayIndent) return start;
    let line = start;
    while (line > from && source[line - 1] !== '\n' && isSpace(source[line - 1]!)) line -= 1;
    const isIndentation = line < start && (line > from ? source[line - 1] === '\n' : isLineStart);
    return isIndentation ? line : start;
  }

  /** Offset behind a tag's end delimiter, with the whitespace that it takes. */
  function behind(end: number, sign: string, trims: boolean): number {
    if (sign === '-') return skipSpace(source, end);
    return trims && sign !== '+' && source[end] === '\n' ? end + 1 : end;
  }

  function comment(start: number): number {
    const close = source.indexOf('#}', start + 2);
    // Jinja does not miss the end of a comment that the template ends with.
    if (close < 0 && /^[-+]?$/.test(source.slice(start + 2, start + 4))) return source.length;
    if (close < 0)
      throw new TemplateFault(
        'expected #} before the end of the template, got none; close the comment opened here',
        start,
      );
    const sign = source[close - 1]!;
    const isSign = close > start + 2 && (sign === '-' || sign === '+');
    const last = tokens.at(-1);
    const says = source
      .slice(start + 2, close)
      .replace(/^[-+]|[-+]$/g, '')
      .trim();
    if (
      last?.type === 'block_end' ||
      (last?.type === 'data' && tokens.at(-2)?.type === 'block_end' && last.value.trim() === '')
    ) {
      const begin = tokens.findLast(({ type }) => type === 'block_begin')!;
      begin.note ??= says;
    }
    return behind(close + 2, isSign ? sign : '', true);
  }

  /** A raw block whole; undefined where the tag is another. */
  function raw(start: number): number | undefined {
    const opened = rawDelimiter(start, 'raw');
    if (opened === undefined) return undefined;
    const from = opened.sign === '-' ? skipSpace(source, opened.end) : opened.end;
    if (from === source.length) return from;
    for (let close = source.indexOf('{%', from); close >= 0; close = source.indexOf('{%', close + 1)) {
      const closed = rawDelimiter(close, 'endraw');
      if (closed === undefined) continue;
      isLineStart = source[from - 1] === '\n';
      pushData(from, Math.max(from, dataEnd(from, close, true, source[close + 2] ?? '')));
      return behind(closed.end, closed.sign, true);
    }
    throw new TemplateFault(
      'expected {% endraw %} before the end of the template, got none; close the block opened here',
      start,
    );
  }

  /** The end of a tag that says only this word, and the sign before its end delimiter. */
  function rawDelimiter(
    start: number,
    word: string,
  ): { readonly end: number; readonly sign: string } | undefined {
    const sign = source[start + 2];
    let at = skipSpace(source, start + (sign === '-' || sign === '+' ? 3 : 2));
    if (!source.startsWith(word, at)) return undefined;
    at = skipSpace(source, at + word.length);
    const signed = source[at] === '-' || (word === 'endraw' && source[at] === '+') ? source[at]! : '';
    at += signed.length;
    return source.startsWith('%}', at) ? { end: at + 2, sign: signed } : undefined;
  }

  function tag(start: number, kind: 'block' | 'variable'): number {
    const delimiter = kind === 'block' ? '%}' : '}}';
    const sign = source[start + 2];
    tokens.push({ type: `${kind}_begin`, value: '', offset: start });
    const balance: string[] = [];
    let at = start + (sign === '-' || sign === '+' ? 3 : 2);
    while (at < source.length) {
      at = skipSpace(source, at);
      if (balance.length === 0) {
        const signed = source[at] === '-' || (kind === 'block' && source[at] === '+') ? source[at]! : '';
        if (source.startsWith(delimiter, at + signed.length)) {
          tokens.push({ type: `${kind}_end`, value: '', offset: at });
          return behind(at + signed.length + 2, signed, kind === 'block');
        }
      }
      if (at < source.length) at = code(at, start, balance);
    }
    throw new TemplateFault(
      `expected ${delimiter} before the end of the template, got none; close the tag opened here`,
      start,
    );
  }

  /** One token inside of a tag. */
  function code(at: number, start: number, balance: string[]): number {
    const push = (type: TokenType, value: string, length: number): number => {
      tokens.push({ type, value, offset: at });
      return at + length;
    };
    const character = source[at]!;
    if (character === '"' || character === "'") {
      const end = endOfString(source, at);
      if (end === undefined) {
        throw new TemplateFault(
          `expected ${character} before the end of the template, got none; close the text opened here`,
          at,
        );
      }
      return push('string', decodeStringLiteral(source.slice(at + 1, end - 1), at), end - at);
    }
    if (/\d/.test(character)) {
      const float = source[at - 1] === '.' ? undefined : matchAt(FLOAT, at);
      if (float !== undefined) return push('float', float.replaceAll('_', ''), float.length);
      const digits = matchAt(INTEGER, at);
      if (digits !== undefined) return push('integer', digits.replaceAll('_', ''), digits.length);
    }
    const name = matchAt(NAME, at);
    if (name !== undefined) {
      if (/^[\p{L}_]/u.test(name)) return push('name', name, name.length);
      throw new TemplateFault(`expected a name, got ${JSON.stringify(name)}`, at);
    }
    const operator = matchAt(OPERATOR, at);
    if (operator === undefined)
      throw new TemplateFault(
        `unexpected character ${JSON.stringify(String.fromCodePoint(source.codePointAt(at)!))}`,
        at,
      );
    const closing = CLOSING[operator];
    if (closing !== undefined) balance.push(closing);
    else if (operator === ')' || operator === ']' || operator === '}') {
      const expected = balance.pop();
      if (expected !== operator) {
        const wanted = expected === undefined ? `the end of the tag opened at offset ${start}` : expected;
        throw new TemplateFault(`expected ${wanted}, got ${operator}`, at);
      }
    }
    return push('operator', operator, operator.length);
  }

  function matchAt(pattern: RegExp, at: number): string | undefined {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  }
}

/** Offset behind a string literal that starts at `at`; undefined where it never ends. */
function endOfString(source: string, at: number): number | undefined {
  const quote = source[at];
  for (let end = at + 1; end < source.length; end += source[end] === '\\' ? 2 : 1) {
    if (source[end] === quote) return end + 1;
  }
  return undefined;
}
