import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonError, jsonEntries, jsonNumber, jsonObject, parseJson, stringifyJson } from './index.js';

/** Texts that come back as they are. */
const KEPT = [
  '9007199254740993',
  '-9223372036854775808',
  '1000000000000000019884624838656',
  '9007199254740991',
  '8',
  '8.0',
  '1000.0',
  '500000.0',
  '-0.0',
  '1e+22',
  '1e-06',
  '0.0001',
  '123456789.125',
  '5e-324',
  '1.7976931348623157e+308',
  '{"10":0,"2":1}',
  '{"b":0,"1":1}',
  '{"1":0,"2":1,"b":2}',
  '{"__proto__":{"x":1},"a":1}',
  '{"constructor":1,"toString":2}',
  '{"a":[1,[2.0,{"b":null}],true,false,""]}',
  '"\\u0000\\n\\"\\\\é🐈"',
  '[]',
  '{}',
];

describe('what is read is what is written', () => {
  test.each(KEPT)('%s', (text) => {
    expect(stringifyJson(parseJson(text))).toBe(text);
    // Another thread is told the same.
    expect(stringifyJson(structuredClone(parseJson(text)))).toBe(text);
  });

  test('any JSON, as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        // Of a zero, JSON.parse keeps the sign.
        const right: unknown = JSON.parse(text, (_, value: unknown) => (value === 0 ? 0 : value));
        expect(JSON.parse(stringifyJson(parseJson(text)))).toEqual(right);
      }),
      { numRuns: 500 },
    );
  });

  test('any number, to its last bit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = stringifyJson(Object(value));
        expect(text).toMatch(/[.e]/);
        expect(Object.is(Number(text), value)).toBe(true);
        expect(Object.is(jsonNumber(parseJson(text)), value)).toBe(true);
      }),
    );
  });

  test('with indentation as JSON.stringify writes it', () => {
    const value = { a: [1, { b: [] }], c: {}, d: 'x', gone: undefined };
    expect(stringifyJson(value, { indent: 2 })).toBe(JSON.stringify(value, null, 2));
  });
});

test('most values are what JSON.parse makes of them', () => {
  const text = '{"name": "get", "n": 3, "x": 0.5, "list": [true, null], "1": {"a": "b"}, "2": "c"}';
  expect(parseJson('{"a": [1, 0.5, "x"], "b": {"c": null}}')).toEqual({ a: [1, 0.5, 'x'], b: { c: null } });
  expect(parseJson(text)).toBeInstanceOf(Map);
  expect(jsonObject(parseJson(text))).toEqual(JSON.parse(text));
  expect(jsonEntries(parseJson(text) as object).map(([key]) => key)).toEqual([
    'name',
    'n',
    'x',
    'list',
    '1',
    '2',
  ]);
});

test('numbers calculate, and say what they are', () => {
  expect(jsonNumber(parseJson('8.0'))).toBe(8);
  expect(jsonNumber(parseJson('8'))).toBe(8);
  expect(jsonNumber(parseJson('9007199254740993'))).toBeUndefined();
  expect(jsonNumber('8')).toBeUndefined();
  expect(parseJson('9007199254740993')).toBe(9007199254740993n);
  expect(Object.is(parseJson('-0'), 0)).toBe(true);
  expect(stringifyJson(parseJson('1e400'))).toBe('1e999');
  for (const value of [null, [], 8, Object(8)]) expect(jsonObject(value)).toBeUndefined();
});

test('of a key that stands twice the last value counts, at the first place', () => {
  expect(stringifyJson(parseJson('{"b": 1, "a": 2, "b": 3}'))).toBe('{"b":3,"a":2}');
  expect(stringifyJson(parseJson('{"2": 1, "1": 2, "2": 3}'))).toBe('{"2":3,"1":2}');
  expect(parseJson('{"1": 1, "1": 2}')).toEqual({ 1: 2 });
});

test.each([
  ['', 1, 1, 'expected a value, found the end'],
  ['{"a": 1,\n "b" 2}', 2, 6, 'expected : behind the key, found "2"'],
  ['{a: 1}', 1, 2, 'expected a key or }, found "a"'],
  ["{'a': 1}", 1, 2, `expected a key or }, found "'"`],
  ['{"a": 1,}', 1, 9, 'expected a key, found "}"'],
  ['[1 2]', 1, 4, 'expected , or ], found "2"'],
  ['[1,]', 1, 4, 'expected a value, found "]"'],
  ['{"a": NaN}', 1, 7, 'expected a value, found "NaN"'],
  ['01', 1, 2, 'expected nothing behind the value, found "1"'],
  ['1 x', 1, 3, 'expected nothing behind the value, found "x"'],
  ['"a\nb"', 1, 3, 'expected the string to end, found a line break or another control character'],
  ['["a', 1, 4, 'expected the string to end, found the end'],
  [String.raw`"\x"`, 1, 2, String.raw`expected an escape as in \n or \u00e9, found "\\x"`],
  [String.raw`"\u12g4"`, 1, 2, String.raw`expected an escape as in \n or \u00e9, found "\\u12g4"`],
  [
    String.raw`{"a": "x \ud83d y"}`,
    1,
    7,
    String.raw`expected text that is Unicode, found \ud83d, half of a surrogate pair`,
  ],
  ['"\udc00"', 1, 2, String.raw`expected text that is Unicode, found \udc00, half of a surrogate pair`],
  ['['.repeat(1100), 1, 1002, 'expected at most 1000 levels, found more'],
  ['9'.repeat(5000), 1, 1, 'expected a number of at most 4300 digits, found 5000'],
])('the error in %j names its place', (text, line, column, message) => {
  const error = ((): unknown => {
    try {
      return parseJson(text);
    } catch (cause) {
      return cause;
    }
  })();
  expect(error).toBeInstanceOf(JsonError);
  expect(error).toMatchObject({ line, column, message });
});

test('both halves of a pair are a character', () => {
  expect(parseJson(String.raw`"\ud83d\udc08"`)).toBe('🐈');
});

test('what JSON has no form for is not written', () => {
  expect(() => stringifyJson(Number.NaN)).toThrow(TypeError);
  expect(() => stringifyJson({ a: () => 1 })).toThrow('got a function');
});
