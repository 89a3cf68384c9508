import { expect, test } from 'vitest';
import { maskText } from './mask-text.js';
import { IGNORE_INDEX } from './types.js';

test('every token but the first, the appended end of sequence included', () => {
  const { labels, weights, supervisedTokens } = maskText({ ids: Int32Array.of(5, 6, 7, 0) });
  expect([...labels]).toEqual([IGNORE_INDEX, 6, 7, 0]);
  expect([...weights]).toEqual([0, 1, 1, 1]);
  expect(supervisedTokens).toBe(3);
});

test('a weight of 0 leaves nothing to learn, and neither does one token or none', () => {
  expect(maskText({ ids: Int32Array.of(5, 6) }, { weight: 0 }).supervisedTokens).toBe(0);
  expect(maskText({ ids: Int32Array.of(5) }).supervisedTokens).toBe(0);
  expect(maskText({ ids: new Int32Array() }).supervisedTokens).toBe(0);
  expect([...maskText({ ids: Int32Array.of(5, 6) }, { weight: 0.5 }).weights]).toEqual([0, 0.5]);
});
