import { dropoutKey, uniformAt } from '@sftkit/tensor';
import { expect, test } from 'vitest';
import { dropoutFactors } from './dropout-factors.js';

test.each([0.1, 0.5, 1 / 3])('keeps what the generator says, at rate %d', (rate) => {
  const key = dropoutKey(3, 1, 4);
  const size = 3 * 4096 + 17;
  const expected = Float32Array.from({ length: size }, (_, i) =>
    uniformAt(key, i) >= Math.fround(rate) ? 1 / (1 - rate) : 0,
  );
  expect(dropoutFactors(key, rate, size)).toEqual(expected);
});
