import { expect, test } from 'vitest';
import { learningRateAt } from './learning-rate.js';
import { TrainerError } from './trainer-error.js';

test('cosine with a floor: the peak first, half way in the middle, the floor after the last step', () => {
  const schedule = { kind: 'cosine', peak: 2, totalSteps: 100, floor: 0.1 } as const;
  expect(learningRateAt(0, schedule)).toBe(2);
  expect(learningRateAt(50, schedule)).toBeCloseTo(1.1, 12);
  expect(learningRateAt(100, schedule)).toBeCloseTo(0.2, 12);
});

test('linear, as LIMA: 1e-5 to 1e-6 without warm-up', () => {
  const schedule = { kind: 'linear', peak: 1e-5, totalSteps: 10, floor: 0.1 } as const;
  expect(learningRateAt(0, schedule)).toBe(1e-5);
  expect(learningRateAt(5, schedule)).toBeCloseTo(5.5e-6, 15);
  expect(learningRateAt(10, schedule)).toBeCloseTo(1e-6, 15);
});

test('the warm-up rises to the peak, and the decay starts from there', () => {
  const schedule = { kind: 'linear', peak: 1, totalSteps: 8, warmupSteps: 4 } as const;
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((step) => learningRateAt(step, schedule))).toEqual([
    0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25,
  ]);
  expect(learningRateAt(7, { ...schedule, kind: 'constant' })).toBe(1);
});

test('a floor above 1 is refused', () => {
  const schedule = { kind: 'cosine', peak: 1, totalSteps: 8, floor: 10 } as const;
  expect(() => learningRateAt(0, schedule)).toThrow(TrainerError);
});
