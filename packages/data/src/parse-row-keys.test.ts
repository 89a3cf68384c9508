import { stringifyJson } from '@sftkit/json';
import { describe, expect, test } from 'vitest';
import { parseRow, problemOf } from '../test/parse-rows.js';

const turns = [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Salut' },
];

/** Every form in which a row holds a conversation. */
const FORMS: readonly (readonly [string, object])[] = [
  ['messages', { messages: turns }],
  ['prompt-completion', { prompt: 'Hi', completion: 'Salut' }],
  ['sharegpt', { conversations: turns.map(({ role, content }) => ({ from: role, value: content })) }],
  ['alpaca', { instruction: 'Hi', output: 'Salut' }],
];

describe.each(FORMS)('a row of the form %s', (_, row) => {
  describe('system', () => {
    const system = { role: 'system', content: 'Answer in French.' };

    test.each(['system', 'system_prompt'])('%s is its first turn', async (key) => {
      expect((await parseRow({ ...row, [key]: 'Answer in French.' })).messages).toStrictEqual([
        system,
        ...turns,
      ]);
    });

    test('twice the same is said once', async () => {
      const both = { ...row, system: 'Answer in French.', system_prompt: 'Answer in French.' };
      expect((await parseRow(both)).messages).toStrictEqual([system, ...turns]);
    });

    test('that differs from the other is an error', async () => {
      expect(await problemOf({ ...row, system: 'a', system_prompt: 'b' })).toBe(
        'system_prompt: expected the text of system, found another; keep one of the two',
      );
    });

    test('that is empty is none, that is no text is an error', async () => {
      expect((await parseRow({ ...row, system: '', system_prompt: null })).messages).toStrictEqual(turns);
      expect(await problemOf({ ...row, system_prompt: ['a'] })).toBe(
        'system_prompt: expected text, found a list; write it as a JSON string',
      );
    });
  });

  test('functions become tools, also from text', async () => {
    const functions = [{ name: 'get', parameters: { type: 'object' } }];
    const tools = [{ type: 'function', function: functions[0] }];
    expect(await parseRow({ ...row, functions })).toStrictEqual({ messages: turns, tools });
    expect((await parseRow({ ...row, functions: JSON.stringify(functions) })).tools).toEqual(tools);
    for (const none of [null, '', []]) {
      expect((await parseRow({ ...row, functions, tools: none })).tools).toEqual(tools);
      expect((await parseRow({ ...row, tools: functions, functions: none })).tools).toEqual(tools);
    }
    expect((await parseRow({ ...row, functions, tools })).tools).toEqual(tools);
  });

  test('functions that are not the tools are an error', async () => {
    expect(await problemOf({ ...row, functions: [{ name: 'f' }], tools: [{ name: 'g' }] })).toBe(
      'functions: expected those in tools, found others; keep one of the two lists',
    );
  });

  test('documents are kept for the template', async () => {
    const documents = [{ title: 'a', text: 'b' }];
    expect(await parseRow({ ...row, documents })).toStrictEqual({ messages: turns, documents });
    expect(await parseRow({ ...row, documents: [] })).toStrictEqual({ messages: turns });
    expect(await problemOf({ ...row, documents: 'a.txt' })).toContain(
      'documents: expected a list, or the JSON',
    );
    expect(await problemOf({ ...row, documents: ['a'] })).toBe(
      'documents[0]: expected a JSON object, found text',
    );
  });

  test('chat_template_kwargs are variables of the template', async () => {
    const variables = { enable_thinking: false };
    expect(await parseRow({ ...row, chat_template_kwargs: variables })).toStrictEqual({
      messages: turns,
      variables,
    });
    expect(
      (await parseRow({ ...row, chat_template_kwargs: '{"enable_thinking": false}' })).variables,
    ).toEqual(variables);
    expect(await parseRow({ ...row, chat_template_kwargs: {} })).toStrictEqual({ messages: turns });
  });

  test.each(['messages', 'tools', 'documents', 'add_generation_prompt'])(
    'chat_template_kwargs that hold %s are an error',
    async (name) => {
      expect(await problemOf({ ...row, chat_template_kwargs: { [name]: [] } })).toBe(
        `chat_template_kwargs.${name}: expected variables of the template, found ${name}, which it is given anyway; remove it, or make it a key of the row`,
      );
    },
  );

  test('train is that of its answers', async () => {
    expect((await parseRow({ ...row, train: false })).messages).toStrictEqual([
      turns[0],
      { ...turns[1], train: false },
    ]);
    expect(await problemOf({ ...row, train: 'no' })).toContain('train: expected true or false, found text');
  });

  test('metadata, tools, documents and variables are written as they were read', async () => {
    const text = '{"b":9007199254740993,"1":8.0}';
    const json = stringifyJson(row).slice(0, -1);
    const keys = `"metadata":${text},"tools":[{"type":"function","function":${text}}],"documents":[${text}]`;
    const given = await parseRow(`${json},${keys},"chat_template_kwargs":{"x":${text}}}`);
    expect(stringifyJson(given.metadata)).toBe(text);
    expect(stringifyJson(given.tools)).toBe(`[{"type":"function","function":${text}}]`);
    expect(stringifyJson(given.documents)).toBe(`[${text}]`);
    expect(stringifyJson(given.variables)).toBe(`{"x":${text}}`);
  });
});

describe('system beside a system turn', () => {
  const system = { role: 'system', content: [{ type: 'text', text: 'Answer in French.' }] };

  test('that says the same is said once', async () => {
    const row = { messages: [system, ...turns], system: 'Answer in French.' };
    expect((await parseRow(row)).messages).toStrictEqual(row.messages);
  });

  test.each([
    ['first', [system, ...turns]],
    ['later', [...turns, system]],
    ['second', [{ role: 'system', content: 'Be brief.' }, system, ...turns]],
  ])('that says something else is an error, be it the %s one', async (_, messages) => {
    expect(await problemOf({ messages, system_prompt: 'Be brief.' })).toBe(
      'system_prompt: expected the text of the system turn, found another; keep one of the two',
    );
  });

  test('stands before a developer turn', async () => {
    const messages = [{ role: 'developer', content: 'Be brief.' }, ...turns];
    const parsed = await parseRow({ messages, system: 'You are Tom.' });
    expect(parsed.messages.map(({ role }) => role)).toEqual(['system', 'developer', 'user', 'assistant']);
  });
});

test('a column named by the columns option has that meaning alone', async () => {
  const columns = { prompt: 'system_prompt', completion: 'functions', system: 'persona' };
  const row = { system_prompt: 'Hi', functions: 'Salut', persona: 'Be brief.', system: 'not read' };
  expect((await parseRow(row, { columns })).messages).toStrictEqual([
    { role: 'system', content: 'Be brief.' },
    ...turns,
  ]);
  const { persona: _, ...withoutIt } = row;
  expect((await parseRow(withoutIt, { columns })).messages).toStrictEqual(turns);
  expect(await problemOf({ ...row, persona: 1 }, { columns })).toContain(
    'persona: expected text, found number 1',
  );
});

test('columns may change places', async () => {
  const columns = { prompt: 'completion', completion: 'prompt' };
  expect((await parseRow({ prompt: 'Salut', completion: 'Hi' }, { columns })).messages).toEqual(turns);
});

test.each([
  [
    '[{"name": }]',
    'tools: expected a list, or the JSON text of one, found text that is not JSON (expected a value',
  ],
  [
    '{"name": "f"}',
    'tools: expected a list, found the text of an object; write a list of function descriptions',
  ],
  ['[1]', 'tools[0]: expected a JSON object, found number 1'],
])('tools as the text %s are an error', async (tools, problem) => {
  expect(await problemOf({ messages: turns, tools })).toContain(problem);
});
