import { expect, test } from 'vitest';
import { isDeeper } from './levels.js';
import { stringifyJson } from './stringify-json.js';

const list = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

test('counts lists and objects of either form', () => {
  expect([0, 1, 2, 3].map((levels) => isDeeper({ a: new Map([['b', [1]]]) }, levels))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(isDeeper('text', 0)).toBe(false);
});

test('a value of 1,000 levels is not too deep; one of 100,000, or inside itself, is', () => {
  expect(isDeeper(list(1000))).toBe(false);
  expect(isDeeper(list(1001))).toBe(true);
  expect(isDeeper(list(100_000))).toBe(true);
  const self: unknown[] = [];
  self.push(self);
  expect(isDeeper(self)).toBe(true);
});

test('what is too deep to be read is not written', () => {
  expect(stringifyJson(list(1000))).toHaveLength(2000);
  expect(() => stringifyJson(list(5000))).toThrow('stringifyJson: expected at most 1000 levels, got more');
});
