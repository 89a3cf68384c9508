import { expect, it } from 'vitest';
import { pythonStrip } from './python-strip.js';

// Each expectation is what Python 3 answers.
it.each([
  ['\n\n a \n', 'strip', '\n', ' a '],
  ['\n\n a \n', 'lstrip', '\n', ' a \n'],
  ['\n\n a \n', 'rstrip', '\n ', '\n\n a'],
  ['🙂a🙂', 'strip', '🙂', 'a'],
  ['aaa', 'strip', 'a', ''],
  ['abc', 'strip', '', 'abc'],
] as const)('%j.%s(%j)', (text, method, characters, expected) => {
  expect(pythonStrip(text, method, characters)).toBe(expected);
});

it('takes Python’s whitespace where no characters are named', () => {
  expect(pythonStrip('\u00a0\x1c a \u0085\u3000\n', 'strip')).toBe('a');
  expect(pythonStrip('\ufeff a \u200b', 'strip')).toBe('\ufeff a \u200b');
  expect(pythonStrip(' \n🙂 ', 'lstrip')).toBe('🙂 ');
});
