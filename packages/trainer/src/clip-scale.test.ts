import { expect, test } from 'vitest';
import { clipScale } from './clip-scale.js';

test('a norm above the limit is scaled down to it, one below is left alone', () => {
  expect(clipScale(4, 1)).toBeCloseTo(0.25, 6);
  expect(clipScale(0.5, 1)).toBe(1);
  expect(clipScale(100, undefined)).toBe(1);
});
