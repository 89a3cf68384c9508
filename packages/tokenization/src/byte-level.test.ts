import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spellBytes, unspellBytes, utf8Bytes } from './byte-level.js';

const utf8 = new TextEncoder();
// Every length of UTF-8 sequence, and lone surrogates.
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('é', '€', '😀', '\ud83d', '\ude00', '\u0000'),
    ),
  )
  .map((parts) => parts.join(''));

describe('utf8Bytes', () => {
  it('gives the bytes that a TextEncoder gives', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(utf8Bytes(text)).toEqual([...utf8.encode(text)]);
      }),
    );
  });
});

describe('spellBytes', () => {
  it('spells each byte as a character that stands for it, also of a long text', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(1, 500), (text, times) => {
        const long = text.repeat(times);
        expect(unspellBytes(spellBytes(long))).toEqual(utf8.encode(long));
      }),
      { numRuns: 20 },
    );
    expect(spellBytes(' é')).toBe('ĠÃ©');
  });
});
