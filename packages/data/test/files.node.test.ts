/** The readers over real files: generated ones in a temporary folder, and those beside the project's root. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { afterAll, describe, expect, test } from 'vitest';
import {
  DataError,
  type Example,
  type ParseExamplesOptions,
  splitByHash,
  toMessagesJsonl,
} from '../src/index.js';
import { readExamples, writeLines } from '../src/index.node.js';
import { unreadable } from '../src/read-examples.node.js';

const folder = mkdtempSync(join(tmpdir(), 'sftkit-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(path: string, options?: ParseExamplesOptions): Promise<Example[]> {
  const examples: Example[] = [];
  for await (const example of readExamples(path, options)) examples.push(example);
  return examples;
}

const row = (i: number) =>
  JSON.stringify({
    messages: [
      { role: 'user', content: `${i}?` },
      { role: 'assistant', content: `${i}!` },
    ],
  });

test('broken JSON in a file of 100,000 lines is named by its line', async () => {
  const path = join(folder, 'long.jsonl');
  const lines = Array.from({ length: 100_000 }, (_, i) => row(i));
  lines[87_653] = '{"messages": [{"role": "user", "content": "cut he';
  writeFileSync(path, lines.join('\n'));
  let count = 0;
  const reading = (async () => {
    for await (const { index } of readExamples(path)) count = index + 1;
  })();
  await expect(reading).rejects.toMatchObject({ name: 'DataError', file: path, line: 87_654 });
  await expect(reading).rejects.toThrow(/^[^\n]+:87654: not valid JSON: [^\n]+$/);
  expect(count).toBe(87_653);
});

test('a file that does not exist is the error of the file system', async () => {
  await expect(read(join(folder, 'none.jsonl'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a directory is none of the data', async () => {
  const error = await read(folder).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DataError);
  expect(error).toMatchObject({
    file: folder,
    message: `${folder}:1: expected a file, found a directory; name the file in it`,
  });
});

// Tests may run as a user who may read everything.
test.each(['EACCES', 'EPERM'])('so is a file that may not be read: %s', (code) => {
  const cause = Object.assign(new Error(code), { code });
  const error = unreadable(cause, 'f.jsonl') as DataError;
  expect(error).toBeInstanceOf(DataError);
  expect(error.message).toBe('f.jsonl:1: the file may not be read; change its permissions');
  expect(error.cause).toBe(cause);
});

test('the name in errors may be another one', async () => {
  const path = join(folder, 'utf16.jsonl');
  writeFileSync(path, row(1), 'utf16le');
  await expect(read(path, { file: 'mine' })).rejects.toThrow('mine:1: expected UTF-8, found UTF-16');
});

test('rows on one line that is longer than a chunk are read one by one', async () => {
  const path = join(folder, 'one-line.json');
  const rows = Array.from({ length: 50_000 }, (_, i) => row(i));
  writeFileSync(path, `[${rows.join(',')}]`);
  const examples = await read(path);
  expect(examples).toHaveLength(rows.length);
  expect(examples.at(-1)).toMatchObject({
    conversation: JSON.parse(rows.at(-1)!),
    source: { file: path, line: 1 },
    index: rows.length - 1,
  });
});

test('a conversion that fails half way leaves the old file', async () => {
  const path = join(folder, 'out.jsonl');
  await writeLines(path, ['old\n']);
  function* failing() {
    yield 'new\n';
    throw new Error('half way');
  }
  await expect(writeLines(path, failing())).rejects.toThrow('half way');
  expect(readFileSync(path, 'utf8')).toBe('old\n');
  expect(existsSync(`${path}.${process.pid}.tmp`)).toBe(false);
});

describe.skipIf(!sharedIsPresent())('public data sets (needs ../shared)', () => {
  test('wwdc25: prompt and completion', async () => {
    const examples = await read(sharedFile('data', 'wwdc25', 'train.jsonl'));
    expect(examples).toHaveLength(1800);
    expect(examples[0]).toMatchObject({
      kind: 'conversation',
      conversation: {
        messages: [{ role: 'user', content: 'What is Super Bowl LIX?' }, { role: 'assistant' }],
      },
    });
  });

  test('wikisql: text', async () => {
    const examples = await read(sharedFile('data', 'wikisql', 'train.jsonl'));
    expect(examples).toHaveLength(1000);
    expect(examples.every(({ kind }) => kind === 'text')).toBe(true);
  });

  test('gsm8k: columns with other names', async () => {
    const columns = { prompt: 'question', completion: 'answer' };
    const examples = await read(sharedFile('data', 'gsm8k', 'train.jsonl'), { columns });
    expect(examples).toHaveLength(7473);
    const heldOut = examples.filter(
      (one) => splitByHash(one, { heldOutFraction: 0.05, seed: 0 }) === 'heldOut',
    );
    // 374 expected; four standard deviations of a binomial (7473, 0.05) are 75.
    expect(Math.abs(heldOut.length - 374)).toBeLessThan(75);
  });

  test('fastchat: converted to messages, it reads the same', async () => {
    const examples = await read(sharedFile('data', 'fastchat', 'dummy_conversation.json'));
    expect(examples).toHaveLength(500);
    const path = join(folder, 'fastchat.jsonl');
    await writeLines(path, toMessagesJsonl(examples));
    const again = await read(path, { form: 'messages' });
    const said = (all: readonly Example[]) =>
      all.map((one) => one.kind === 'conversation' && one.conversation);
    expect(said(again)).toEqual(said(examples));
  });

  test('glaive: tool calls and their results', async () => {
    const examples = await read(sharedFile('data', 'glaive-toolcall', 'glaive_toolcall_en_demo.json'));
    expect(examples).toHaveLength(300);
    const messages = examples.flatMap((one) =>
      one.kind === 'conversation' ? one.conversation.messages : [],
    );
    expect(messages.filter(({ tool_calls: calls }) => calls !== undefined)).toHaveLength(211);
    expect(messages.filter(({ role }) => role === 'tool')).toHaveLength(211);
  });

  test('rows of no known form say so', async () => {
    const path = sharedFile('data', 'self-instruct', 'seed_tasks.jsonl');
    await expect(read(path)).rejects.toThrow(
      'found the keys {id, name, instruction, instances, is_classification}; rename the keys',
    );
  });
});
