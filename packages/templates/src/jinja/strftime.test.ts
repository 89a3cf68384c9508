import { expect, it } from 'vitest';
import { strftime } from './strftime.js';

it('writes what Python writes in the C locale, whatever the host speaks', () => {
  const afternoon = new Date(2024, 6, 6, 15, 4, 5);
  expect(strftime(afternoon, '%Y-%m-%d %H:%M:%S')).toBe('2024-07-06 15:04:05');
  expect(strftime(afternoon, '%a %A %b %B %y %I %p %-d %-m 100%%')).toBe(
    'Sat Saturday Jul July 24 03 PM 6 7 100%',
  );
  expect(strftime(new Date(2024, 0, 1), '%I %p')).toBe('12 AM');
});

it('refuses a directive that it does not know', () => {
  expect(() => strftime(new Date(0), '%j')).toThrow(/strftime_now: expected one of .* got %j/);
});
