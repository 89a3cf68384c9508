import { expect, test } from 'vitest';
import { threefry, type Words, wordsOf } from './threefry.js';

function encrypt(key: Words, counter: Words): number[] {
  const out = new Int32Array(2);
  threefry(key, counter, out);
  return [...out].map((word) => word >>> 0);
}

test.each([
  [
    [0, 0],
    [0, 0],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x13198a2e, 0x03707344],
    [0x243f6a88, 0x85a308d3],
    [0xc4923a9c, 0x483df7a0],
  ],
] as const)('key %j, counter %j: the words of the known-answer tests of Random123', (key, counter, words) => {
  expect(encrypt(key, counter)).toEqual(words);
});

test('a block holds the words of its counters in order', () => {
  const out = new Int32Array(6);
  threefry([1, 2], [0xfffffff0, 9], out);
  const words = [0xfffffff0, 0xfffffff1, 0xfffffff2].flatMap((low) => encrypt([1, 2], [low, 9]));
  expect([...out].map((word) => word >>> 0)).toEqual(words);
});

test('an integer has 53 bits', () => {
  expect(wordsOf(5)).toEqual([5, 0]);
  expect(wordsOf(2 ** 32 + 5)).toEqual([5, 1]);
  expect(wordsOf(2 ** 53 - 1)).toEqual([0xffffffff, 2 ** 21 - 1]);
});
