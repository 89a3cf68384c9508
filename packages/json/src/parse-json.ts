/** RFC 8259, read without loss, and with a place in every error. */
import { JsonError } from './json-error.js';
import type { Json } from './json-value.js';
import { MAX_LEVELS } from './levels.js';
import { loneSurrogate } from './lone-surrogate.js';

/** As Python limits them: the time that longer ones take grows with their square. */
const MAX_DIGITS = 4300;
/** No whole number of so few digits is beyond 2^53. */
const SAFE_DIGITS = 15;

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /[\w$]+|./suy;
const SPACE = /[ \t\n\r]*/y;
/** A string, or its beginning: up to the first escape or what may not stand in it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those that a string may not hold.
const PLAIN = /[^"\\\x00-\x1f]*/y;
/** Keys that JavaScript puts before all others. */
const ARRAY_INDEX = /^(?:0|[1-9]\d{0,9})$/;
const LITERALS: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
const ESCAPES = '"\\/bfnrt';
/** V8 copies so short a part of a text; a longer one keeps all of the text in memory, as long as it lives. */
const LONGEST_COPY = 12;

/**
 * One value, and nothing but white space around it. Of a key that stands twice the last value counts, at the first
 * place.
 * @throws {JsonError} if the text is no JSON, or holds half of a surrogate pair, which no file can hold as UTF-8
 */
export function parseJson(text: string): Json {
  return new Reader(text).whole();
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Json {
    const lone = loneSurrogate(this.#text);
    if (lone) throw this.#surrogate(lone.found, lone.index);
    this.#space();
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) throw this.#expected('nothing behind the value');
    return value;
  }

  #value(depth: number): Json {
    if (depth > MAX_LEVELS) {
      throw new JsonError(`expected at most ${MAX_LEVELS} levels, found more`, this.#text, this.#at);
    }
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#list(depth);
      case '"':
        return this.#string();
    }
    const literal = LITERALS.find(([word]) => this.#text.startsWith(word, this.#at));
    if (!literal) return this.#number();
    this.#at += literal[0].length;
    return literal[1];
  }

  #object(depth: number): Json {
    const keys: string[] = [];
    const object: Record<string, Json> = {};
    let map: Map<string, Json> | undefined;
    let mayReorder = false;
    this.#at += 1;
    this.#space();
    if (this.#take('}')) return object;
    for (;;) {
      if (this.#text[this.#at] !== '"') throw this.#expected(keys.length === 0 ? 'a key or }' : 'a key');
      const key = this.#string();
      this.#space();
      if (!this.#take(':')) throw this.#expected(': behind the key');
      this.#space();
      const value = this.#value(depth + 1);
      if (key === '__proto__') map ??= new Map(keys.map((known) => [known, object[known]!]));
      if (map) map.set(key, value);
      else {
        mayReorder ||= ARRAY_INDEX.test(key);
        if (!Object.hasOwn(object, key)) keys.push(key);
        object[key] = value;
      }
      this.#space();
      if (this.#take('}')) break;
      if (!this.#take(',')) throw this.#expected(', or }');
      this.#space();
    }
    if (map) return map;
    if (!mayReorder || Object.keys(object).every((key, at) => key === keys[at])) return object;
    return new Map(keys.map((key) => [key, object[key]!]));
  }

  #list(depth: number): Json {
    const items: Json[] = [];
    this.#at += 1;
    this.#space();
    if (this.#take(']')) return items;
    for (;;) {
      items.push(this.#value(depth + 1));
      this.#space();
      if (this.#take(']')) return items;
      if (!this.#take(',')) throw this.#expected(', or ]');
      this.#space();
    }
  }

  #string(): string {
    const start = this.#at;
    this.#at += 1;
    let value = this.#match(PLAIN);
    let isCopy = value.length <= LONGEST_COPY;
    while (!this.#take('"')) {
      if (this.#text[this.#at] !== '\\') {
        const found = this.#at < this.#text.length ? 'a line break or another control character' : 'the end';
        throw new JsonError(`expected the string to end, found ${found}`, this.#text, this.#at);
      }
      this.#escape();
      this.#match(PLAIN);
      isCopy = false;
    }
    if (!isCopy) value = JSON.parse(this.#text.slice(start, this.#at)) as string;
    const lone = loneSurrogate(value);
    if (lone) throw this.#surrogate(lone.found, start);
    return value;
  }

  /** Goes behind an escape. */
  #escape(): void {
    const letter = this.#text[this.#at + 1] ?? '';
    const hex = this.#text.slice(this.#at + 2, this.#at + 6);
    if (letter === 'u' && /^[\da-fA-F]{4}$/.test(hex)) {
      this.#at += 6;
      return;
    }
    if (letter === '' || !ESCAPES.includes(letter)) {
      const found = JSON.stringify(`\\${letter}${letter === 'u' ? hex : ''}`);
      throw new JsonError(`expected an escape as in \\n or \\u00e9, found ${found}`, this.#text, this.#at);
    }
    this.#at += 2;
  }

  #number(): Json {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (!match) throw this.#expected('a value');
    const [digits, fraction, exponent] = match;
    if (digits.length > MAX_DIGITS) {
      const found = `expected a number of at most ${MAX_DIGITS} digits, found ${digits.length}`;
      throw new JsonError(found, this.#text, this.#at);
    }
    this.#at += digits.length;
    const value = Number(digits);
    if (fraction !== undefined || exponent !== undefined) {
      return Number.isInteger(value) || !Number.isFinite(value) ? (Object(value) as number) : value;
    }
    // There is no whole number -0.
    if (digits.length <= SAFE_DIGITS) return value === 0 ? 0 : value;
    return Number.isSafeInteger(value) ? value : BigInt(digits);
  }

  #space(): void {
    // Most places have none.
    if (this.#text.charCodeAt(this.#at) <= 0x20) this.#match(SPACE);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)![0];
    this.#at += text.length;
    return text;
  }

  #expected(what: string): JsonError {
    WORD.lastIndex = this.#at;
    const found = WORD.exec(this.#text)?.[0];
    const shown = found === undefined ? 'the end' : JSON.stringify(found.slice(0, 20));
    return new JsonError(`expected ${what}, found ${shown}`, this.#text, this.#at);
  }

  #surrogate(found: string, offset: number): JsonError {
    return new JsonError(`expected text that is Unicode, found ${found}`, this.#text, offset);
  }
}
