import { stringifyJson } from '@sftkit/json';
import { describe, expect, test } from 'vitest';
import { parseRow, problemOf } from '../test/parse-rows.js';

const user = { role: 'user', content: 'Weather?' };

/** A row of each form in which the assistant calls `get`. */
const FORMS: readonly (readonly [string, (given: object) => object])[] = [
  ['messages', (given) => ({ messages: [user, calling(given)] })],
  ['a bare call', (given) => ({ messages: [user, bare(given)] })],
  ['function_call', (given) => ({ messages: [user, legacy(given)] })],
  ['prompt-completion', (given) => ({ prompt: [user], completion: [calling(given)] })],
  ['history', (given) => ({ instruction: 'a', output: 'b', history: [user, calling(given)] })],
  [
    'sharegpt',
    (given) => ({
      conversations: [
        { from: 'human', value: 'Weather?' },
        { from: 'function_call', value: stringifyJson({ name: 'get', ...given }) },
      ],
    }),
  ],
];

const calling = (given: object) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'get', ...given } }],
});
const bare = (given: object) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ name: 'get', ...given }],
});
const legacy = (given: object) => ({
  role: 'assistant',
  content: null,
  function_call: { name: 'get', ...given },
});

/** The first call of a row. */
async function callOf(row: object): Promise<Readonly<Record<string, unknown>>> {
  const { messages } = await parseRow(row);
  const calls = messages.find(({ tool_calls: calls }) => calls !== undefined)?.tool_calls;
  expect(calls).toHaveLength(1);
  return calls![0] as Readonly<Record<string, unknown>>;
}

describe.each(FORMS)('arguments of %s', (_, rowOf) => {
  async function argumentsOf(given: object): Promise<unknown> {
    const call = await callOf(rowOf(given));
    return ((call.function ?? call) as { arguments: unknown }).arguments;
  }

  test.each([
    ['an object', { city: 'Paris' }, { city: 'Paris' }],
    ['text of an object', '{"city": "Paris"}', { city: 'Paris' }],
    ['text of the text of an object', '"{\\"city\\": \\"Paris\\"}"', { city: 'Paris' }],
    ['empty text', '', {}],
    ['null', null, {}],
  ])('%s', async (_kind, given, expected) => {
    expect(await argumentsOf({ arguments: given })).toEqual(expected);
  });

  test('absent', async () => {
    expect(await argumentsOf({})).toEqual({});
  });

  test('numbers and the order of keys are those of the text', async () => {
    const text = '{"id":9007199254740993,"n":8.0,"10":1,"2":1e-06}';
    expect(stringifyJson(await argumentsOf({ arguments: text }))).toBe(text);
  });

  test.each([
    ['Paris', 'text that is not JSON (expected a value, found "Paris", at character 1)'],
    ["{'city': 1}", `text that is not JSON (expected a key or }, found "'", at character 2)`],
    ['{"city": "\\ud83d"}', 'text that is not JSON (expected text that is Unicode, found \\ud83d'],
    ['["Paris"]', 'the text of a list'],
    ['null', 'the text of null'],
    [['Paris'], 'a list'],
    [5, 'number 5'],
    [true, 'boolean true'],
  ])('%j is an error', async (given, found) => {
    const problem = await problemOf(rowOf({ arguments: given }));
    expect(problem).toContain(`arguments: expected a JSON object or the text of one, found ${found}`);
    expect(problem).toMatch(/; write an object, as in \{"city": "Paris"\}$/);
  });

  test('a call without a name is an error', async () => {
    for (const name of [null, '']) {
      const problem = await problemOf(rowOf({ name, arguments: {} }));
      expect(problem).toMatch(/name: expected the name of a function, found (null|empty text); write/);
    }
  });
});

test('errors name the field', async () => {
  const bad = { arguments: 'x' };
  const fieldOf = async (row: object) => (await problemOf(row)).split(':')[0];
  expect(await Promise.all(FORMS.map(([, rowOf]) => fieldOf(rowOf(bad))))).toEqual([
    'messages[1].tool_calls[0].function.arguments',
    'messages[1].tool_calls[0].arguments',
    'messages[1].function_call.arguments',
    'completion[0].tool_calls[0].function.arguments',
    'history[1].tool_calls[0].function.arguments',
    'conversations[1].value.arguments',
  ]);
});

test('everything else of a call stays as it is', async () => {
  const call = { id: null, function: { name: 'get', strict: true, arguments: {} }, index: 0, extra: [1] };
  const row = { messages: [user, { ...calling({}), tool_calls: [call] }] };
  expect(await callOf(row)).toEqual(call);
  const text = '{"b":1,"1":2,"function":{"b":1,"1":2,"name":"get","arguments":"{}"},"2":3}';
  const ordered = `{"messages":[{"role":"assistant","tool_calls":[${text}]}]}`;
  const { messages } = await parseRow(ordered);
  expect(stringifyJson(messages[0]?.tool_calls)).toBe(`[${text.replace('"{}"', '{}')}]`);
});

test("Llama's form of a call stays as it is", async () => {
  const call = { name: 'get', parameters: { city: 'Paris' } };
  expect(await callOf({ messages: [user, { ...bare({}), tool_calls: [call] }] })).toEqual(call);
});

describe('no calls', () => {
  test.each([[[]], [null], ['']])('%j is as if the key were not there', async (calls) => {
    const answer = { role: 'assistant', content: 'Yes.' };
    const { messages } = await parseRow({ messages: [user, { ...answer, tool_calls: calls }] });
    expect(messages[1]).toStrictEqual(answer);
  });

  test('and no content is an error', async () => {
    const row = { messages: [user, { role: 'assistant', content: null, tool_calls: [] }] };
    expect(await problemOf(row)).toContain('messages[1].content: expected text, found null');
  });
});

describe('function_call', () => {
  test('is one of tool_calls, and its answer a tool message', async () => {
    const row = {
      messages: [
        user,
        { role: 'assistant', content: '', function_call: { name: 'get', arguments: '{"a": 1}' } },
        { role: 'function', name: 'get', content: '2' },
        { role: 'assistant', content: 'Two.', function_call: null },
      ],
    };
    expect((await parseRow(row)).messages).toStrictEqual([
      user,
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ type: 'function', function: { name: 'get', arguments: { a: 1 } } }],
      },
      { role: 'tool', name: 'get', content: '2' },
      { role: 'assistant', content: 'Two.' },
    ]);
  });

  test('beside tool_calls is an error, unless these are none', async () => {
    const answer = { ...calling({}), ...legacy({}) };
    expect(await problemOf({ messages: [user, answer] })).toBe(
      'messages[1].function_call: expected tool_calls or function_call, found both; keep tool_calls',
    );
    expect(await callOf({ messages: [user, { ...answer, tool_calls: [] }] })).toMatchObject({
      function: { name: 'get' },
    });
  });

  test('that is no object is an error', async () => {
    const row = { messages: [user, { role: 'assistant', content: null, function_call: 'get()' }] };
    expect(await problemOf(row)).toBe('messages[1].function_call: expected a JSON object, found text');
  });
});

describe('calls as text', () => {
  const turn = (value: string) => ({ conversations: [{ from: 'function_call', value }] });

  test('several, in the OpenAI form or bare', async () => {
    const value = '[{"name": "f"}, {"type": "function", "function": {"name": "g", "arguments": "{}"}}]';
    const { messages } = await parseRow(turn(value));
    expect(messages[0]?.tool_calls).toEqual([
      { type: 'function', function: { name: 'f', arguments: {} } },
      { type: 'function', function: { name: 'g', arguments: {} } },
    ]);
  });

  test.each([
    ['f(1)', 'conversations[0].value: expected a function call as JSON text, found text that is not JSON'],
    ['[]', 'conversations[0].value: expected at least one function call, found none'],
    ['[{"name": "f"}, 1]', 'conversations[0].value[1]: expected a JSON object, found number 1'],
    ['{"arguments": {}}', 'conversations[0].value.name: expected the name of a function, found nothing'],
  ])('%s is an error', async (value, problem) => {
    expect(await problemOf(turn(value))).toContain(problem);
  });
});
