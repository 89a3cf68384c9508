import { describe, expect, test } from 'vitest';
import { dropoutKey } from './dropout-key.js';
import { UNIFORM_PERIOD, uniformAt } from './uniform-at.js';

const COUNT = 65_536;

/**
 * A chi-square statistic of 255 degrees of freedom, in standard deviations from its mean. Over the some
 * hundred fixed draws below, chance stays under 4; a weak round function gives hundreds.
 */
const LIMIT = 4;

function chiSquare(buckets: Float64Array, count: number): number {
  const expected = count / buckets.length;
  const statistic = buckets.reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
  return (statistic - (buckets.length - 1)) / Math.sqrt(2 * (buckets.length - 1));
}

function draw(seed: number, step: number, site: number): Float64Array {
  const key = dropoutKey(seed, step, site);
  return Float64Array.from({ length: COUNT }, (_, i) => uniformAt(key, i));
}

/** Pairs (a[i], b[i + lag]) counted on a grid of 16 by 16. */
function pairs(a: Float64Array, b: Float64Array, lag = 0): number {
  const grid = new Float64Array(256);
  for (let i = 0; i + lag < COUNT; i++) {
    grid[Math.floor(a[i]! * 16) * 16 + Math.floor(b[i + lag]! * 16)]!++;
  }
  return chiSquare(grid, COUNT - lag);
}

describe('uniform numbers', () => {
  const draws = [0, 1, 2, 3].map((step) => draw(1, step, 5));

  test('fill 256 buckets evenly', () => {
    for (const numbers of draws) {
      const buckets = new Float64Array(256);
      for (const value of numbers) {
        buckets[Math.floor(value * 256)]!++;
      }
      expect(Math.abs(chiSquare(buckets, COUNT))).toBeLessThan(LIMIT);
    }
  });

  test('are not correlated with neighbours, nor across the row lengths of a model', () => {
    for (const numbers of draws) {
      for (const lag of [1, 2, 3, 64, 576, 768, 4095, 4096, 4097, 8192]) {
        expect(Math.abs(pairs(numbers, numbers, lag))).toBeLessThan(LIMIT);
      }
    }
  });

  test('are not correlated between steps, sites and seeds', () => {
    const base = draw(1, 0, 5);
    for (const other of [
      draw(1, 1, 5),
      draw(1, 2, 5),
      draw(1, 0, 6),
      draw(1, 0, 4),
      draw(2, 0, 5),
      draw(0, 1, 5),
    ]) {
      expect(Math.abs(pairs(base, other))).toBeLessThan(LIMIT);
    }
  });

  test('change every bit half of the time when one bit of the index changes', () => {
    const key = dropoutKey(9, 9, 9);
    const trials = 2048;
    for (let bit = 0; bit < 24; bit++) {
      const flips = new Float64Array(24);
      for (let trial = 0; trial < trials; trial++) {
        const index = (trial * 8191 + bit) % UNIFORM_PERIOD;
        const changed =
          (uniformAt(key, index) * UNIFORM_PERIOD) ^ (uniformAt(key, index ^ (1 << bit)) * UNIFORM_PERIOD);
        for (let i = 0; i < 24; i++) {
          flips[i]! += (changed >>> i) & 1;
        }
      }
      for (const flip of flips) {
        // 5 standard deviations of 2048 coin tosses.
        expect(Math.abs(flip / trials - 0.5)).toBeLessThan((5 * 0.5) / Math.sqrt(trials));
      }
    }
  });

  test('never repeat within a key', () => {
    const key = dropoutKey(1, 2, 3);
    const count = 2 ** 17;
    const seen = new Set(Array.from({ length: count }, (_, i) => uniformAt(key, i * 97)));
    expect(seen.size).toBe(count);
  });

  test('are the same in float32 arithmetic', () => {
    const f = Math.fround;
    const wrap = (x: number) => f(x - f(4096 * Math.floor(f(x * f(1 / 4096)))));
    const key = new Float32Array(16).fill(4095);
    for (let index = 0; index < UNIFORM_PERIOD; index += 4099) {
      let left = Math.floor(f(index / 4096));
      let right = wrap(index);
      for (let round = 0; round < 8; round++) {
        const product = f(wrap(f(right + key[2 * round]!)) * wrap(f(right + key[2 * round + 1]!)));
        [left, right] = [right, wrap(f(left + wrap(Math.floor(f(product / 64)))))];
      }
      expect(f(f(left * 4096 + right) / UNIFORM_PERIOD)).toBe(uniformAt(key, index));
    }
  });
});
