import { expect, test } from 'vitest';
import { normalQuantile, normalQuantileTable } from './normal-quantile.js';

const rows = normalQuantileTable();

/** Quantile of an upper tail's probability. */
function quantile(probability: number): number {
  return normalQuantile(rows, probability * 2 ** 32);
}

// mpmath with 30 digits.
test.each([
  [0.49, 0.02506890825871104],
  [0.45, 0.125661346855074],
  [0.4, 0.2533471031357998],
  [0.3, 0.5244005127080408],
  [0.25, 0.6744897501960817],
  [0.2, 0.8416212335729142],
  [0.1, 1.2815515655446],
  [0.05, 1.644853626951473],
  [0.01, 2.326347874040841],
  [1e-3, 3.090232306167814],
  [1e-5, 4.264890793922825],
  [1e-8, 5.612001244174789],
  [1e-12, 7.034483825301132],
  [1e-16, 8.22208221613044],
  [1e-19, 9.013271153126674],
])('%d of the distribution lies above its quantile', (probability, expected) => {
  // The polynomials are cut off after the fourth power.
  expect(Math.abs(quantile(probability) - expected)).toBeLessThan(1e-10);
});

test('the table ends where it must: at 0 for one half, which it was not told', () => {
  expect(Math.abs(quantile(0.5 - 2 ** -53))).toBeLessThan(1e-10);
});

test('the quantile falls from segment to segment, over all octaves', () => {
  const probabilities = Array.from(
    { length: 64 * 64 },
    (_, i) => 2 ** (-65 + Math.floor(i / 64)) * (1 + (i % 64) / 64),
  );
  for (const [i, probability] of probabilities.entries()) {
    if (i > 0) expect(quantile(probability)).toBeLessThan(quantile(probabilities[i - 1]!));
  }
  expect(quantile(2 ** -65)).toBeCloseTo(9.155293772686, 10);
});
