import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CharacterAligner } from './character-aligner.js';

describe('CharacterAligner', () => {
  it('widens ranges of bytes to whole characters', () => {
    // a is one byte, é two, € three, and 😀 four bytes and two code units.
    const tokens = [7, 0, 1, 8, 1, 2, 9, 2, 6, 10, 6, 8, 11, 8, 10];
    new CharacterAligner('aé€😀').align(tokens);
    expect(tokens).toEqual([7, 0, 1, 8, 1, 2, 9, 1, 3, 10, 3, 5, 11, 3, 5]);
  });

  it('takes a lone surrogate for three bytes', () => {
    const tokens = [7, 0, 1, 8, 1, 3, 9, 3, 4];
    new CharacterAligner('\ud83da').align(tokens);
    expect(tokens).toEqual([7, 0, 1, 8, 0, 1, 9, 1, 2]);
  });

  it('gives the same in parts as at once', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), lengths, fc.nat(20), (text, sizes, cut) => {
        const size = new TextEncoder().encode(text).length;
        let end = 0;
        const tokens = sizes.flatMap((length, id) => {
          const start = end;
          end = Math.min(size, end + length);
          return start < end ? [id, start, end] : [];
        });
        const whole = [...tokens];
        new CharacterAligner(text).align(whole);
        const aligner = new CharacterAligner(text);
        const parts = [tokens.slice(0, 3 * cut), tokens.slice(3 * cut)];
        for (const part of parts) aligner.align(part);
        expect(parts.flat()).toEqual(whole);
      }),
    );
  });
});
