import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson, stringifyJson, withField } from './index.js';

test('one field changes, and everything else stays as it is written', () => {
  const text = '{\n  "a": 1.50,\n  "b": [ 1,2 ],\n  "c": {"b": 3}\n}\n';
  expect(withField(text, 'b', [{ id: 1 }])).toBe(
    '{\n  "a": 1.50,\n  "b": [\n    {\n      "id": 1\n    }\n  ],\n  "c": {"b": 3}\n}\n',
  );
  expect(withField(text, 'c', null)).toBe('{\n  "a": 1.50,\n  "b": [ 1,2 ],\n  "c": null\n}\n');
  expect(withField(text, 'd', 4)).toBe('{\n  "a": 1.50,\n  "b": [ 1,2 ],\n  "c": {"b": 3},\n  "d": 4\n}\n');
});

test('on one line, in an empty object, and of a key that stands twice', () => {
  expect(withField('{"a":"}, \\"b\\": 2","b":[]}', 'b', { x: 1 })).toBe('{"a":"}, \\"b\\": 2","b":{"x":1}}');
  expect(withField('{}', 'b', 1)).toBe('{"b":1}');
  expect(withField('{"b": 1, "b": 2 }', 'b', 3)).toBe('{"b": 1, "b": 3 }');
  expect(withField(String.raw`{"\u0062": 1}`, 'b', 3)).toBe(String.raw`{"\u0062": 3}`);
});

test('any object reads as if the field had been set', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 }),
      fc.string(),
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(0, 1, 2),
      (object, key, value, indent) => {
        const text = stringifyJson(new Map(Object.entries(object)), { indent });
        const set = new Map(Object.entries(object)).set(key, value);
        expect(stringifyJson(parseJson(withField(text, key, value)))).toBe(stringifyJson(set));
      },
    ),
    { numRuns: 300 },
  );
});
