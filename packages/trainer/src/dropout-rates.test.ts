import { expect, test } from 'vitest';
import { dropoutRates } from './dropout-rates.js';

test('one rate for all layers, or a straight line from the first to the last', () => {
  expect(dropoutRates(0.2, 3)).toEqual([0.2, 0.2, 0.2]);
  const rising = dropoutRates({ from: 0, to: 0.3 }, 4);
  for (const [layer, rate] of [0, 0.1, 0.2, 0.3].entries()) {
    expect(rising[layer]).toBeCloseTo(rate, 12);
  }
  expect(dropoutRates({ from: 0, to: 0.3 }, 1)).toEqual([0.3]);
});

test('a rate of 1 would drop everything and is refused', () => {
  expect(() => dropoutRates(1, 2)).toThrow('dropout: expected rates from 0 to below 1, got 1');
});
