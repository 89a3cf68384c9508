import { expect, test } from 'vitest';
import { erf } from './erf.js';

test('erf agrees with the tables of Abramowitz and Stegun', () => {
  // Table 7.1, ten digits.
  expect(erf(0.5)).toBeCloseTo(0.5204998778, 10);
  expect(erf(1)).toBeCloseTo(0.8427007929, 10);
  expect(erf(-2)).toBeCloseTo(-0.995322265, 9);
  expect(erf(0)).toBe(0);
  expect(erf(7)).toBe(1);
});
