import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Example } from './example.js';
import { splitByHash } from './split-by-hash.js';

const text = (words: string, index = 0): Example => ({
  kind: 'text',
  text: words,
  source: { file: `${index}.jsonl`, line: index + 1 },
  index,
});
const many = Array.from({ length: 4000 }, (_, i) => text(`story ${i}`, i));

test('a duplicate lands on the same side wherever it stands', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.integer(), (words, index, seed) => {
      const options = { heldOutFraction: 0.5, seed };
      expect(splitByHash(text(words, index), options)).toBe(splitByHash(text(words), options));
    }),
  );
});

test('the held-out share is the fraction that was asked for', () => {
  const heldOut = many.filter((one) => splitByHash(one, { heldOutFraction: 0.1, seed: 1 }) === 'heldOut');
  // 400 expected; four standard deviations of a binomial (4000, 0.1) are 76.
  expect(Math.abs(heldOut.length - 400)).toBeLessThan(76);
});

test('0 and 1 are everything on one side', () => {
  for (const one of many.slice(0, 100)) {
    expect(splitByHash(one, { heldOutFraction: 0, seed: 1 })).toBe('train');
    expect(splitByHash(one, { heldOutFraction: 1, seed: 1 })).toBe('heldOut');
  }
});

test('a larger fraction keeps what was held out; another seed is another split', () => {
  let moved = 0;
  for (const one of many) {
    const small = splitByHash(one, { heldOutFraction: 0.1, seed: 1 });
    if (small === 'heldOut') expect(splitByHash(one, { heldOutFraction: 0.3, seed: 1 })).toBe('heldOut');
    if (small !== splitByHash(one, { heldOutFraction: 0.1, seed: 2 })) moved += 1;
  }
  expect(moved).toBeGreaterThan(400);
});

test('a fraction outside 0 to 1 is refused', () => {
  for (const heldOutFraction of [-0.1, 1.5, Number.NaN]) {
    expect(() => splitByHash(text('a'), { heldOutFraction, seed: 1 })).toThrow(RangeError);
  }
});
