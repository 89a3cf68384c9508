import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NumberHeap } from './number-heap.js';

it('gives numbers back lowest first, also while others are put in', () => {
  const step = fc.option(fc.integer({ min: 0, max: 2 ** 40 }), { nil: undefined }); // a number in, or one out
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
      const heap = new NumberHeap();
      const held: number[] = [];
      for (const number of steps) {
        if (number === undefined) {
          expect(heap.pop()).toBe(held.shift() ?? Number.POSITIVE_INFINITY);
        } else {
          heap.push(number);
          held.push(number);
          held.sort((a, b) => a - b);
        }
      }
      for (const number of held) expect(heap.pop()).toBe(number);
      expect(heap.pop()).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});

it('is empty when it is cleared', () => {
  const heap = new NumberHeap();
  heap.push(1);
  heap.clear();
  expect(heap.pop()).toBe(Number.POSITIVE_INFINITY);
});
