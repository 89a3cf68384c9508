import { expect, test } from 'vitest';
import { TensorError } from '../tensor-error.js';
import { dropoutKey } from './dropout-key.js';

test('a key is 16 integers that fit 12 bits, always the same for the same arguments', () => {
  const key = dropoutKey(1, 2, 3);
  expect(key).toHaveLength(16);
  expect(key.every((word) => Number.isInteger(word) && word >= 0 && word < 4096)).toBe(true);
  expect(dropoutKey(1, 2, 3)).toEqual(key);
});

test('keys of neighbouring seeds, steps and sites, and of large ones, all differ', () => {
  const numbers = [0, 1, 2, 3, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
  const keys = numbers.flatMap((seed) =>
    numbers.flatMap((step) => numbers.map((site) => dropoutKey(seed, step, site).join())),
  );
  expect(new Set(keys).size).toBe(numbers.length ** 3);
});

test('what is no integer is refused', () => {
  expect(() => dropoutKey(0.5, 0, 0)).toThrow(TensorError);
  expect(() => dropoutKey(0, -1, 0)).toThrow(
    'dropoutKey: expected an integer step from 0 to 2^53 - 1, got -1',
  );
});
