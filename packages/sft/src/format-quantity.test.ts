import { expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatNumberOf, formatShare } from './format-quantity.js';

test('quantities as people read them', () => {
  expect([0, 999, 1500, 123_456_789].map(formatBytes)).toEqual(['0 B', '999 B', '1.5 kB', '123 MB']);
  expect([0.4, 59.6, 187, 7500].map(formatDuration)).toEqual(['0s', '1m00s', '3m07s', '2h05m']);
  expect(formatCount(1234.4)).toBe('1,234');
  expect([0, 1, 1234].map((count) => formatNumberOf(count, 'token'))).toEqual([
    '0 tokens',
    '1 token',
    '1,234 tokens',
  ]);
  expect(formatShare(0.4117)).toBe('41.2 %');
});
