import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originalSpan, unchangedText } from './aligned-text.js';
import { normalizeUnicode } from './unicode-normalization.js';

const FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;

describe.each(FORMS)('normalizeUnicode to %s', (form) => {
  it('finds the parts of every character of the basic plane after another one', () => {
    // A Latin letter, a Hangul syllable without final and a Katakana: what most of what composes composes with.
    for (const before of ['a', '가', 'ㄱ', 'か', 'ｶ']) {
      for (let unit = 0; unit < 0x10000; unit++) {
        const text = before + String.fromCharCode(unit);
        if (text.normalize(form) !== text) normalizeUnicode(unchangedText(text, 0), form);
      }
    }
  });

  it('gives each part of the result what it came from', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'é', 'e\u0301', 'x\u0307\u0323', '가', '\u1100\u1161', 'ﬁ', 'ｶﾞ', '😀')),
        (parts) => {
          const text = parts.join('');
          const result = normalizeUnicode(unchangedText(text, 0), form);
          expect(result.text).toBe(text.normalize(form));
          for (let i = 0; i < result.text.length; i++) {
            const { start, end } = originalSpan(result, i, i + 1);
            // What it came from, normalized alone, holds it.
            expect(text.slice(start, end).normalize(form)).toContain(result.text[i]);
          }
        },
      ),
      { seed: 9, numRuns: 200 },
    );
  });
});
