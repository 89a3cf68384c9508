import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePlainRanges } from './plain-ranges.js';

describe('compilePlainRanges', () => {
  it('tells whether a range shares a character with a plain one', () => {
    const range = fc
      .tuple(fc.nat(20), fc.nat(20))
      .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 6 }), range, (plain, { start, end }) => {
        const shared = Array.from({ length: 20 }, (_, i) => i).some(
          (i) => i >= start && i < end && plain.some((other) => i >= other.start && i < other.end),
        );
        // An empty range stands between characters; no token is empty.
        fc.pre(start < end);
        expect(compilePlainRanges(plain, 20)(start, end)).toBe(shared);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it.each([
    [-1, 2],
    [3, 2],
    [0, 6],
    [Number.NaN, 2],
  ])('refuses [%d, %d) of five code units', (start, end) => {
    expect(() => compilePlainRanges([{ start, end }], 5)).toThrow(/within the text's 5 code units/);
  });
});
