import { parseJson, stringifyJson } from '@sftkit/json';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataError } from './data-error.js';
import { type ReadRowsOptions, type Row, readRows } from './read-rows.js';

async function collect(chunks: Iterable<string>, options?: ReadRowsOptions): Promise<Row[]> {
  const all: Row[] = [];
  for await (const rows of readRows(chunks, 'f.json', options)) all.push(...rows);
  return all;
}

async function failure(text: string, options?: ReadRowsOptions): Promise<DataError> {
  const error = await collect([text], options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

describe('JSON Lines', () => {
  test('empty lines are skipped and counted', async () => {
    expect(await collect(['\n{"a":1}\r\n \n{"b":2}'])).toEqual([
      { line: 2, value: { a: 1 } },
      { line: 4, value: { b: 2 } },
    ]);
  });

  test('a broken line is named with its column', async () => {
    const error = await failure('{"a":1}\n{"a":1,}\n');
    expect(error).toMatchObject({ file: 'f.json', line: 2 });
    expect(error.message).toBe(
      'f.json:2: not valid JSON: expected a key, found "}" (column 8); each line must be one complete JSON object',
    );
  });

  test('an object spread over lines is told what to be', async () => {
    expect((await failure('{\n  "a": 1\n}\n')).message).toBe(
      'f.json:1: not valid JSON: expected a key or }, found the end (column 2); each line must be one complete JSON object',
    );
  });

  test('numbers and the order of keys are those of the text', async () => {
    const text = '{"id":9007199254740993,"n":8.0,"10":1,"2":1e-06}';
    const [row] = await collect([`${text}\n`]);
    expect(stringifyJson(row?.value)).toBe(text);
  });

  test('half of a surrogate pair is an error', async () => {
    const error = await failure('{"a": "x"}\n{"a": "\\ud83d"}\n');
    expect(error.message).toContain(
      'f.json:2: not valid JSON: expected text that is Unicode, found \\ud83d, half of a surrogate pair (column 7)',
    );
  });

  test('the file ends after the row that was asked for: nothing is read ahead', async () => {
    function* source() {
      yield '{"a":1}\n';
      throw new Error('read too far');
    }
    for await (const [row] of readRows(source(), 'f')) {
      expect(row?.value).toEqual({ a: 1 });
      break;
    }
  });
});

describe('one JSON array', () => {
  test('any array, however it is laid out, gives its elements', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, 2), async (values, indent) => {
        const text = JSON.stringify(values, undefined, indent);
        const rows = await collect([text]);
        expect(rows.map(({ value }) => value)).toEqual(parseJson(text));
      }),
    );
  });

  test('and so it does however its text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        fc.constantFrom(0, 1),
        fc.nat(),
        async (values, indent, at) => {
          const text = JSON.stringify(values, undefined, indent);
          const whole = await collect([text]);
          const cut = at % (text.length + 1);
          expect(await collect([text.slice(0, cut), text.slice(cut)])).toEqual(whole);
          expect(await collect(text)).toEqual(whole);
        },
      ),
    );
  });

  test('brackets, commas and escaped quotes inside text are text', async () => {
    const values = [{ a: '],[{"\\' }, { b: '"' }, { c: '\\\\"]' }];
    const text = JSON.stringify(values);
    expect((await collect([text])).map(({ value }) => value)).toEqual(values);
    // One character at a time.
    expect((await collect(text)).map(({ value }) => value)).toEqual(values);
  });

  test('each element knows the line that it starts on', async () => {
    const rows = await collect(['\n[\n  {\n    "a": 1\n  },\n  {"b": 2}, {"c": 3}\n]\n\n']);
    expect(rows.map(({ line }) => line)).toEqual([3, 6, 6]);
  });

  test('an element is yielded before the array is closed', async () => {
    function* source() {
      yield '[{"a":1},\n';
      throw new Error('read too far');
    }
    for await (const [row] of readRows(source(), 'f')) {
      expect(row?.value).toEqual({ a: 1 });
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

  test.each([
    ['[{"a": 1}, {"b": }]', 1, 18],
    ['[\n  {"a": 1}, {"b": 1},\n  {"c": }\n]', 3, 9],
    ['[\n  {"a": 1}, {"b":\n    x}\n]', 3, 5],
    ['[{"a": 1},, {"b": 1}]', 1, 11],
    ['[{"a": 1}] x', 1, 12],
  ])('%j is named by the column in the file', async (text, line, column) => {
    const error = await failure(text);
    expect(error.line).toBe(line);
    expect(error.message).toContain(`(column ${column})`);
  });
});

describe('a byte order mark', () => {
  test.each(['{"a":1}\n', '[{"a":1}]'])('at the beginning is dropped: %j', async (text) => {
    expect(await collect([`\uFEFF${text}`])).toEqual([{ line: 1, value: { a: 1 } }]);
  });

  test.each([
    ['{"a":1}\n\uFEFF{"a":2}\n', 2, 1],
    ['{"a":1}\uFEFF{"a":2}\n', 1, 8],
    ['{"a":1}\n\uFEFF\n', 2, 1],
    ['\n\uFEFF{"a":1}\n', 2, 1],
    ['[{"a":1}]\n\uFEFF[{"a":2}]\n', 2, 1],
    ['[{"a":1},\n\uFEFF{"a":2}]\n', 2, 1],
  ])('inside the file says that files were joined: %j', async (text, line, column) => {
    expect((await failure(text)).message).toBe(
      `f.json:${line}: a byte order mark stands inside the file (column ${column}): files were joined; remove it`,
    );
  });

  test('inside text is text', async () => {
    expect(await collect(['{"a":"\uFEFF"}'])).toEqual([{ line: 1, value: { a: '\uFEFF' } }]);
  });
});

describe('the length of a row', () => {
  const row = '{"a":"12345"}';
  const options = { maxLength: row.length };

  test('is limited, that of a line or a file is not', async () => {
    expect(await collect([`[${row},${row},${row}]`], options)).toHaveLength(3);
    expect(await collect([`${row}\n${row}\n${row}`], options)).toHaveLength(3);
  });

  test.each([
    ['a line', `${row}\n {"a":"12345"}\n`, 2],
    ['an element', `[${row},\n{"a":\n"123456"}]`, 2],
    ['an element without an end', `[${row},\n"${row},${row}`, 2],
  ])('%s that is longer says so', async (_, text, line) => {
    const error = await failure(text, options);
    expect(error.message).toBe(
      `f.json:${line}: expected a row of at most 13 characters, found a longer one; split it into several`,
    );
  });
});
