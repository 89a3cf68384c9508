import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataError } from './data-error.js';
import { type Row, readRows } from './read-rows.js';

async function collect(text: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readRows([text], 'f.json')) rows.push(row);
  return rows;
}

async function failure(text: string): Promise<DataError> {
  const error = await collect(text).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

describe('JSON Lines', () => {
  test('empty lines are skipped and counted', async () => {
    expect(await collect('\n{"a":1}\r\n \n{"b":2}')).toEqual([
      { line: 2, value: { a: 1 } },
      { line: 4, value: { b: 2 } },
    ]);
  });

  test('a broken line is named with its column', async () => {
    const error = await failure('{"a":1}\n{"a":1,}\n');
    expect(error.line).toBe(2);
    expect(error.message).toMatch(
      /^f\.json:2: not valid JSON: .+ \(column 8\); each line must be one complete JSON object$/,
    );
  });

  test('an object spread over lines is told what to be', async () => {
    const error = await failure('{\n  "a": 1\n}\n');
    expect(error.message).toMatch(
      /^f\.json:1: not valid JSON: .+; each line must be one complete JSON object$/,
    );
  });

  test('the file ends after the row that was asked for: nothing is read ahead', async () => {
    function* source() {
      yield '{"a":1}\n';
      throw new Error('read too far');
    }
    for await (const row of readRows(source(), 'f')) {
      expect(row.value).toEqual({ a: 1 });
      break;
    }
  });
});

describe('one JSON array', () => {
  test('any array, however it is laid out, gives its elements', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, 2), async (values, indent) => {
        const text = JSON.stringify(values, undefined, indent);
        const rows = await collect(text);
        expect(rows.map(({ value }) => value)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('brackets, commas and escaped quotes inside text are text', async () => {
    const values = [{ a: '],[{"\\' }, { b: '"' }];
    expect((await collect(JSON.stringify(values))).map(({ value }) => value)).toEqual(values);
  });

  test('each element knows the line that it starts on', async () => {
    const rows = await collect('\n[\n  {\n    "a": 1\n  },\n  {"b": 2}, {"c": 3}\n]\n\n');
    expect(rows.map(({ line }) => line)).toEqual([3, 6, 6]);
  });

  test('an element is yielded before the array is closed', async () => {
    function* source() {
      yield '[{"a":1},\n';
      throw new Error('read too far');
    }
    for await (const row of readRows(source(), 'f')) {
      expect(row.value).toEqual({ a: 1 });
      break;
    }
  });

  test.each([
    ['a broken element', '[\n {"a": 1},\n {"a": 1\n  "b": 2}\n]', 4],
    ['a trailing comma', '[\n {"a": 1},\n]', 3],
    ['two commas', '[{"a": 1},,{"b": 1}]', 1],
    ['no closing bracket', '[\n {"a": 1}\n', 2],
    ['an element that never ends', '[\n {"a": 1},\n {"a": "x\n}\n]\n', 3],
    ['text after the array', '[{"a": 1}]\n\n{"b": 1}', 3],
  ])('%s is named by its line', async (_, text, line) => {
    const error = await failure(text);
    expect(error.line).toBe(line);
    expect(error.message).not.toContain('\n');
  });
});
