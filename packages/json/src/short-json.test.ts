import { expect, test } from 'vitest';
import { parseJson } from './parse-json.js';
import { shortJson } from './short-json.js';

test.each([
  ['{"a":[1,8.0,true,null,"x"],"b":{}}', '{"a":[1,8.0,true,null,"x"],"b":{}}'],
  ['{"b":1,"0":2}', '{"b":1,"0":2}'],
  ['12345678901234567890', '12345678901234567890'],
  ['1e999', '1e999'],
])('%s is shown as it is', (text, shown) => {
  expect(shortJson(parseJson(text))).toBe(shown);
});

test('a long text ends where it is cut, and so does a long list', () => {
  expect(shortJson('x'.repeat(50), 5)).toBe('"xxxxx…"');
  expect(shortJson(['abc', ['x'.repeat(50)]], 8)).toBe('["abc",[…');
  expect(shortJson(Array.from({ length: 1e6 }, () => 1)).length).toBe(101);
});

test('what JSON has no form for is shown, too', () => {
  expect([undefined, Number.NaN, () => 1, Symbol('s')].map((value) => shortJson(value))).toEqual([
    'null',
    'NaN',
    'a function',
    'a symbol',
  ]);
});

test('a value is as deep as it likes, or inside itself', () => {
  expect(shortJson(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)))).toBe(`${'['.repeat(100)}…`);
  const self: unknown[] = [];
  self.push(self);
  expect(shortJson(self, 10)).toBe('[[[[[[[[[[…');
});
