import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlignedText,
  originalSpan,
  prependText,
  replaceRanges,
  sliceAligned,
  unchangedText,
} from './aligned-text.js';

describe('aligned text', () => {
  it('follows several changes back to the original', () => {
    // "x the cat" at 10: "the" -> "A", then a prefix, then "A" -> "an".
    const shortened = replaceRanges(unchangedText('x the cat', 10), [{ start: 2, end: 5, text: 'A' }]);
    const prefixed = prependText(shortened, '__');
    const widened = replaceRanges(prefixed, [{ start: 4, end: 5, text: 'an' }]);
    expect(widened.text).toBe('__x an cat');
    const spanOf = (part: string) => {
      const start = widened.text.indexOf(part);
      return originalSpan(widened, start, start + part.length);
    };
    expect(spanOf('__')).toEqual({ start: 10, end: 10 });
    expect(spanOf('x')).toEqual({ start: 10, end: 11 });
    expect(spanOf('a')).toEqual({ start: 12, end: 15 });
    expect(spanOf('n')).toEqual({ start: 12, end: 15 });
    expect(spanOf('cat')).toEqual({ start: 16, end: 19 });
    expect(originalSpan(sliceAligned(widened, 7, 10), 0, 3)).toEqual({ start: 16, end: 19 });
    expect(originalSpan(sliceAligned(unchangedText('x the cat', 10), 6, 9), 0, 3)).toEqual({
      start: 16,
      end: 19,
    });
  });

  it('writes a prefix that no character stands behind, with or without a map', () => {
    const spans = (text: AlignedText) => Array.from(text.text, (_, i) => originalSpan(text, i, i + 1));
    const expected = [10, 10, 10, 11].map((start, i) => ({ start, end: i < 2 ? 10 : start + 1 }));
    const prefixed = prependText(prependText(unchangedText('ab', 10), '_'), '_');
    expect([prefixed.text, prefixed.map]).toEqual(['__ab', undefined]);
    expect(spans(prefixed)).toEqual(expected);
    expect(spans(prependText(unchangedText('ab', 10), '__'))).toEqual(expected);
    expect(spans(sliceAligned(prefixed, 1, 3))).toEqual(expected.slice(1, 3));
    expect(originalSpan(sliceAligned(prefixed, 1, 3), 0, 2)).toEqual({ start: 10, end: 11 });
    const changed = replaceRanges(prefixed, [{ start: 3, end: 4, text: 'B' }]);
    expect([changed.text, spans(changed)]).toEqual(['__aB', expected]);
    expect(spans(prependText(changed, '_'))).toEqual([expected[0], ...expected]);
  });

  it('inserts at the end, and into nothing, without a character behind it', () => {
    const ended = replaceRanges(unchangedText('ab', 5), [{ start: 2, end: 2, text: '!' }]);
    expect([ended.text, originalSpan(ended, 2, 3)]).toEqual(['ab!', { start: 7, end: 7 }]);
    expect(prependText(unchangedText('', 5), '_').text).toBe('');
  });

  it('never runs backwards', () => {
    const cuts = fc.uniqueArray(fc.nat(12), { maxLength: 6 }).map((points) => points.sort((a, b) => a - b));
    fc.assert(
      fc.property(cuts, cuts, fc.constantFrom('', 'z', 'zz'), (first, second, text) => {
        let aligned = unchangedText('abcdefghijkl', 0);
        for (const points of [first, second]) {
          const inside = points.map((point) => Math.min(point, aligned.text.length));
          const ranges = inside.slice(1).map((end, i) => ({ start: inside[i]!, end, text }));
          aligned = replaceRanges(
            aligned,
            ranges.filter((_, i) => i % 2 === 0),
          );
        }
        const spans = Array.from(aligned.text, (_, i) => originalSpan(aligned, i, i + 1));
        spans.forEach((span, i) => {
          expect(span.end).toBeGreaterThanOrEqual(span.start);
          if (i > 0) expect(span.start).toBeGreaterThanOrEqual(spans[i - 1]!.start);
        });
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});
