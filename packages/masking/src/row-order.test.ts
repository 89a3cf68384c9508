import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowOrder } from './row-order.js';

test('the order of a seed and an epoch never changes: runs resume by it', () => {
  expect([...rowOrder(10, { seed: 0, epoch: 0 })]).toEqual([3, 2, 8, 1, 4, 9, 7, 5, 0, 6]);
  expect([...rowOrder(10, { seed: 7, epoch: 3 })]).toEqual([4, 5, 2, 9, 8, 7, 0, 6, 3, 1]);
});

test('a permutation, whatever the seed', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.maxSafeInteger(), fc.nat(100), (count, seed, epoch) => {
      const sorted = rowOrder(count, { seed, epoch }).sort();
      expect([...sorted]).toEqual([...sorted.keys()]);
    }),
  );
});

test('every place is as likely as every other', () => {
  const counts = Array.from({ length: 5 }, () => new Array<number>(5).fill(0));
  for (let epoch = 0; epoch < 5000; epoch++) {
    rowOrder(5, { seed: 1, epoch }).forEach((row, place) => {
      counts[row]![place]! += 1;
    });
  }
  // 1,000 expected in each cell; five standard deviations of a binomial (5000, 0.2) are 141.
  for (const count of counts.flat()) expect(Math.abs(count - 1000)).toBeLessThan(141);
});

test('seeds and epochs do not repeat each other', () => {
  const orders = [
    { seed: 0, epoch: 0 },
    { seed: 0, epoch: 1 },
    { seed: 1, epoch: 0 },
    { seed: 2 ** 32, epoch: 0 },
    { seed: -1, epoch: 0 },
  ].map((key) => rowOrder(50, key).join());
  expect(new Set(orders).size).toBe(orders.length);
});

test('a seed that is not whole is refused', () => {
  expect(() => rowOrder(3, { seed: 0.5, epoch: 0 })).toThrow(
    'rowOrder: expected a whole number as seed, got 0.5',
  );
});
