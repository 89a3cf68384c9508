import { describe, expect, test } from 'vitest';
import { parseRow, problemOf } from '../test/parse-rows.js';

const alpaca = { instruction: 'And his sister?', output: 'She is Ann.' };
const before = [
  { role: 'user', content: 'Who is Tom?' },
  { role: 'assistant', content: 'Tom is a boy.' },
];
const own = [
  { role: 'user', content: 'And his sister?' },
  { role: 'assistant', content: 'She is Ann.' },
];

describe('history', () => {
  test.each([
    ['pairs', [['Who is Tom?', 'Tom is a boy.']]],
    ['messages', before],
    [
      'ShareGPT turns',
      [
        { from: 'human', value: 'Who is Tom?' },
        { from: 'gpt', value: 'Tom is a boy.' },
      ],
    ],
  ])('%s are turns before those of the row, and learnt like them', async (_, history) => {
    expect((await parseRow({ ...alpaca, history })).messages).toStrictEqual([...before, ...own]);
    expect((await parseRow({ messages: own, history })).messages).toStrictEqual([...before, ...own]);
    const conversations = own.map(({ role, content }) => ({ from: role, value: content }));
    expect((await parseRow({ conversations, history })).messages).toStrictEqual([...before, ...own]);
  });

  test('before a completion is context, like the prompt', async () => {
    const row = { prompt: 'And his sister?', completion: 'She is Ann.', history: before };
    expect((await parseRow(row)).messages).toStrictEqual([before[0], { ...before[1], train: false }, ...own]);
  });

  test('stands behind the system turn', async () => {
    const system = { role: 'system', content: 'Be brief.' };
    const expected = [system, ...before, ...own];
    expect((await parseRow({ messages: [system, ...own], history: before })).messages).toEqual(expected);
    expect((await parseRow({ ...alpaca, history: before, system: 'Be brief.' })).messages).toEqual(expected);
  });

  test('carries train and weight', async () => {
    const history = [before[0], { ...before[1], train: false, weight: 0.5 }];
    const { messages } = await parseRow({ ...alpaca, history, weight: 2 });
    expect(messages.map(({ weight }) => weight)).toEqual([2, 1, 2, 2]);
    expect(messages[1]?.train).toBe(false);
  });

  test.each([[null], [[]], ['']])('%j is none', async (history) => {
    expect((await parseRow({ ...alpaca, history })).messages).toStrictEqual(own);
  });

  test.each([
    ['Who is Tom?', 'history: expected a list, found text; write a list of [question, answer]'],
    [[['Who?']], 'history[0]: expected [question, answer], found a list of 1; write both as JSON strings'],
    [[['Who?', null]], 'history[0][1]: expected text, found null; write it as a JSON string'],
    [['Who?', 'Tom.'], 'history[0]: expected a JSON object, found text'],
    [[{ role: 'robot', content: '' }], 'history[0].role: unknown role "robot"'],
    [[{ from: 'alien', value: '' }], 'history[0].from: unknown role "alien"'],
  ])('%j is an error', async (history, problem) => {
    expect(await problemOf({ ...alpaca, history })).toContain(problem);
  });

  test('does not replace the answer of the row', async () => {
    const row = { messages: [{ role: 'user', content: 'Hi' }], history: before };
    expect(await problemOf(row)).toContain('messages: expected at least one assistant turn');
  });
});
