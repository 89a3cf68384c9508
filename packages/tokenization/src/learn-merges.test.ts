import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnMerges, type Merge } from './learn-merges.js';

/** The definition, counted from scratch for every merge. */
function learnSlowly(
  words: { symbols: number[]; count: number }[],
  firstId: number,
  count: number,
  least: number,
) {
  const merges: Merge[] = [];
  while (merges.length < count) {
    const counts = new Map<string, number>();
    for (const { symbols, count: times } of words) {
      for (let i = 1; i < symbols.length; i++) {
        const key = `${symbols[i - 1]} ${symbols[i]}`;
        counts.set(key, (counts.get(key) ?? 0) + times);
      }
    }
    const ranked = [...counts]
      .map(([key, times]) => ({ left: Number(key.split(' ')[0]), right: Number(key.split(' ')[1]), times }))
      .sort((a, b) => b.times - a.times || a.left - b.left || a.right - b.right);
    const best = ranked[0];
    if (best === undefined || best.times < least) break;
    const merged = firstId + merges.length;
    merges.push({ left: best.left, right: best.right });
    for (const word of words) {
      const after: number[] = [];
      for (const symbol of word.symbols) {
        // A symbol just merged is above every other, so it cannot be taken for `left`.
        if (after.at(-1) === best.left && symbol === best.right) after[after.length - 1] = merged;
        else after.push(symbol);
      }
      word.symbols = after;
    }
  }
  return merges;
}

describe('learnMerges', () => {
  it('merges the most frequent pair first, and between equals the one of lower ids', () => {
    const words = [
      { symbols: [2, 1], count: 2 },
      { symbols: [0, 1], count: 2 },
      { symbols: [1, 1, 1], count: 2 },
    ];
    expect(learnMerges(words, 3, 9, 2)).toEqual([
      { left: 1, right: 1 },
      { left: 0, right: 1 },
      { left: 2, right: 1 },
      { left: 3, right: 1 },
    ]);
    expect(words.map((word) => word.symbols)).toEqual([[5], [4], [6]]);
  });

  it('leaves rare pairs alone', () => {
    expect(learnMerges([{ symbols: [0, 1], count: 2 }], 2, 9, 3)).toEqual([]);
  });

  it('is what counting from scratch gives', () => {
    const word = fc.record({
      symbols: fc.array(fc.nat(2), { minLength: 1, maxLength: 12 }),
      count: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const copy = words.map(({ symbols, count }) => ({ symbols: [...symbols], count }));
        expect(learnMerges(words, 3, 12, 2)).toEqual(learnSlowly(copy, 3, 12, 2));
        expect(words.map(({ symbols }) => symbols)).toEqual(copy.map(({ symbols }) => symbols));
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});
