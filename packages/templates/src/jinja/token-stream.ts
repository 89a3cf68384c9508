import type { Token, TokenType } from './lexer.js';
import { TemplateFault } from './template-fault.js';

/** The tokens of a template, one after the other. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.#at]!;
  }
  /** The token before the current one. */
  get before(): Token {
    return this.#tokens[this.#at - 1]!;
  }
  /** The current token; the next one becomes current. */
  next(): Token {
    const token = this.current;
    if (token.type !== 'eof') this.#at += 1;
    return token;
  }
  isOperator(value: string): boolean {
    return this.current.type === 'operator' && this.current.value === value;
  }
  isName(value: string): boolean {
    return this.current.type === 'name' && this.current.value === value;
  }
  skipOperator(value: string): boolean {
    const isHere = this.isOperator(value);
    if (isHere) this.next();
    return isHere;
  }
  skipName(value: string): boolean {
    const isHere = this.isName(value);
    if (isHere) this.next();
    return isHere;
  }
  expectOperator(value: string): void {
    if (!this.skipOperator(value)) throw this.unexpected(value);
  }
  expectName(value: string): void {
    if (!this.skipName(value)) throw this.unexpected(value);
  }
  expectType(type: TokenType): Token {
    const words: Partial<Record<TokenType, string>> = { block_end: '%}', variable_end: '}}', name: 'a name' };
    if (this.current.type !== type) throw this.unexpected(words[type] ?? type);
    return this.next();
  }

  unexpected(expected: string): TemplateFault {
    const { type, value, offset } = this.current;
    const words: Partial<Record<TokenType, string>> = {
      block_end: '%}',
      variable_end: '}}',
      eof: 'the end of the template',
    };
    return new TemplateFault(`expected ${expected}, got ${words[type] ?? JSON.stringify(value)}`, offset);
  }

  lookAhead(type: TokenType, value: string): boolean {
    const next = this.#tokens[this.#at + 1];
    return next?.type === type && next.value === value;
  }
}
