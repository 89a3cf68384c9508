import { expect, test } from 'vitest';
import { parseRows } from '../test/parse-rows.js';
import type { ParseExamplesOptions } from './parse-examples.js';
import type { UnknownKey } from './unknown-keys.js';

async function keysOf(rows: readonly unknown[], options?: ParseExamplesOptions): Promise<string[]> {
  const keys: string[] = [];
  const onUnknownKey = ({ place, key, source }: UnknownKey) => {
    expect(source.file).toBe('demos.jsonl');
    keys.push(`${source.line} ${place} ${key}`);
  };
  await parseRows(rows, { ...options, onUnknownKey });
  return keys;
}

const answer = { role: 'assistant', content: 'Hi' };

test('what is read is known, in every form', async () => {
  const shared = {
    system: 'a',
    system_prompt: 'a',
    history: [['a', 'b']],
    tools: [{ name: 'f' }],
    functions: [],
    documents: [{ text: 'a' }],
    chat_template_kwargs: { a: 1 },
    metadata: { a: 1 },
    train: true,
    weight: 2,
    images: [],
  };
  const message = {
    ...answer,
    name: 'Tom',
    reasoning_content: 'a',
    reasoning: 'a',
    thinking: 'a',
    tool_calls: [],
    tool_call_id: 'c1',
    function_call: null,
    refusal: '',
    audio: null,
    train: true,
    weight: 1,
  };
  const { role: _, content: __, ...others } = message;
  const rows = [
    { messages: [message] },
    { prompt: 'a', completion: [message] },
    { conversations: [{ from: 'gpt', value: 'Hi', ...others }] },
    { instruction: 'a', input: 'b', output: 'c' },
  ];
  for (const row of rows) expect(await keysOf([{ ...row, ...shared }])).toEqual([]);
  expect(await keysOf([{ text: 'a', weight: 1, metadata: { a: 1 } }])).toEqual([]);
});

test('unknown keys are told with their place, row by row', async () => {
  const rows = [
    { messages: [{ ...answer, channel: 'final', id: null }, answer], id: 7, source: 'web', note: null },
    { messages: [answer], prompt: 'not read' },
    {
      messages: [
        { ...answer, id: 1 },
        { ...answer, id: 2 },
      ],
    },
  ];
  expect(await keysOf(rows)).toEqual([
    '1 row id',
    '1 row source',
    '1 message channel',
    '2 row prompt',
    '3 message id',
    '3 message id',
  ]);
});

test('so are keys that other forms read, and those of turns', async () => {
  expect(await keysOf([{ text: 'a', system: 'b', label: true, train: false }])).toEqual([
    '1 row system',
    '1 row label',
    '1 row train',
  ]);
  expect(await keysOf([{ messages: [answer], input: 'a' }])).toEqual(['1 row input']);
  expect(await keysOf([{ conversations: [{ from: 'gpt', value: 'Hi', lang: 'fr' }] }])).toEqual([
    '1 message lang',
  ]);
  expect(await keysOf([{ instruction: 'a', output: 'b', history: [{ ...answer, lang: 'fr' }] }])).toEqual([
    '1 message lang',
  ]);
});

test("keys have the file's names", async () => {
  const columns = { prompt: 'question', completion: 'answer', system: 'persona' };
  const row = { question: 'a', answer: 'b', persona: 'c', prompt: 'd', system: 'e' };
  expect(await keysOf([row], { columns })).toEqual(['1 row prompt', '1 row system']);
  const pair = { prompt: 'a', chosen: 'b', rejected: 'c' };
  expect(await keysOf([pair], { columns: { completion: 'chosen' } })).toEqual(['1 row rejected']);
});

test('a key is told before its example is yielded', async () => {
  const keys: UnknownKey[] = [];
  const examples = await parseRows([{ messages: [answer], id: 7 }], {
    onUnknownKey: (key) => keys.push(key),
  });
  expect(keys).toEqual([{ place: 'row', key: 'id', source: examples[0]?.source }]);
});
