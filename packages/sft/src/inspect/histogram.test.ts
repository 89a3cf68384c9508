import { expect, test } from 'vitest';
import { histogram } from './histogram.js';

test('bins of one round width hold every value, empty bins between them too', () => {
  expect(histogram([3, 4, 12, 31], 4)).toEqual([
    { from: 0, to: 9, count: 2 },
    { from: 10, to: 19, count: 1 },
    { from: 20, to: 29, count: 0 },
    { from: 30, to: 39, count: 1 },
  ]);
  expect(histogram([7, 7])).toEqual([{ from: 7, to: 7, count: 2 }]);
  expect(histogram([])).toEqual([]);
});

test('a value far above all others has a bin of its own, and does not press the others together', () => {
  const values = [...Array.from({ length: 99 }, (_, i) => 100 + i), 12_000];
  const bins = histogram(values, 10);
  expect(bins.at(-1)).toEqual({ from: 200, to: 12_000, count: 1 });
  expect(bins.slice(0, -1).every(({ from, to }) => to - from === 9)).toBe(true);
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(100);
});
