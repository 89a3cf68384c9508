import { expect, test } from 'vitest';
import { visibleText } from './visible-text.js';

test('what would steer a terminal is a character of its own', () => {
  expect(visibleText('\u001b]0;owned\u0007\u001b[2J\r\0\u007f')).toBe('␛]0;owned␇␛[2J␍␀␡');
  expect(visibleText('\u009b31m \u202eabc\u202c \u2066x\u2069')).toBe(
    '\\u009b31m \\u202eabc\\u202c \\u2066x\\u2069',
  );
});

test('all else stays: line ends, tabs, every script, joined emoji', () => {
  const text = 'a\tb\n\u00a0é שלום\u200f 漢字 👩\u200d💻';
  expect(visibleText(text)).toBe(text);
});
