import { expect, test } from 'vitest';
import { sampleToken } from './sample-token.js';

const LOGITS = [0.5, 0.3, 0.15, 0.05].map(Math.log);

/** Share of each token in many draws. */
function shares(topP: number, temperature: number): number[] {
  const draws = 20_000;
  const counts = LOGITS.map(() => 0);
  for (let step = 0; step < draws; step++) {
    counts[sampleToken(LOGITS, step, { temperature, topP, seed: 11 })]!++;
  }
  return counts.map((count) => count / draws);
}

test('temperature 0 takes the most likely token, the first of equals', () => {
  expect(sampleToken([0, 3, 3, 1], 0, { temperature: 0, topP: 1, seed: 0 })).toBe(1);
});

test('temperature 1 draws by probability', () => {
  // Standard error at most 0.0035.
  for (const [id, share] of shares(1, 1).entries()) {
    expect(Math.abs(share - Math.exp(LOGITS[id]!))).toBeLessThan(0.015);
  }
});

test('a low temperature sharpens', () => {
  const [first] = shares(1, 0.5); // 0.25 / (0.25 + 0.09 + 0.0225 + 0.0025)
  expect(Math.abs(first! - 0.685)).toBeLessThan(0.015);
});

test('top-p draws from the fewest tokens that reach it, by their probabilities', () => {
  const [first, second, third, fourth] = shares(0.79, 1); // 0.5 alone does not reach it, 0.5 + 0.3 do
  expect(Math.abs(first! - 0.625)).toBeLessThan(0.015);
  expect(Math.abs(second! - 0.375)).toBeLessThan(0.015);
  expect([third, fourth]).toEqual([0, 0]);
  expect(shares(0.1, 1)).toEqual([1, 0, 0, 0]);
});

test('the draw depends on seed and step alone', () => {
  const draw = (seed: number, step: number) => sampleToken(LOGITS, step, { temperature: 1, topP: 1, seed });
  const sequence = (seed: number) => Array.from({ length: 50 }, (_, step) => draw(seed, step));
  expect(sequence(1)).toEqual(sequence(1));
  expect(sequence(1)).not.toEqual(sequence(2));
});

test('large logits do not overflow, NaN is an error', () => {
  expect(sampleToken([1e30, 0], 0, { temperature: 1, topP: 1, seed: 0 })).toBe(0);
  expect(() => sampleToken([0, Number.NaN], 0, { temperature: 0, topP: 1, seed: 0 })).toThrow(
    'logit of token 1 is NaN',
  );
});
