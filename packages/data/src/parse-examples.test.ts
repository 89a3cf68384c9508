import { describe, expect, test } from 'vitest';
import { DataError } from './data-error.js';
import type { Example } from './example.js';
import { type ParseExamplesOptions, parseExamples } from './parse-examples.js';

async function collect(rows: readonly unknown[], options?: ParseExamplesOptions): Promise<Example[]> {
  const examples: Example[] = [];
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  for await (const example of parseExamples([text], { file: 'demos.jsonl', ...options }))
    examples.push(example);
  return examples;
}

async function failure(rows: readonly unknown[], options?: ParseExamplesOptions): Promise<DataError> {
  const error = await collect(rows, options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

async function conversation(row: unknown, options?: ParseExamplesOptions) {
  const [example] = await collect([row], options);
  if (example?.kind !== 'conversation') throw new Error('expected a conversation');
  return example.conversation;
}

const user = { role: 'user', content: 'Hello' };
const assistant = { role: 'assistant', content: 'Hi' };
const good = { messages: [user, assistant] };

describe('messages', () => {
  test('a conversation with its place', async () => {
    expect(await collect([good, good])).toEqual([
      { kind: 'conversation', conversation: good, source: { file: 'demos.jsonl', line: 1 }, index: 0 },
      { kind: 'conversation', conversation: good, source: { file: 'demos.jsonl', line: 2 }, index: 1 },
    ]);
  });

  test('tool calls, parts, reasoning, train and weight pass; null fields are left out', async () => {
    const messages = [
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
      { ...user, name: 'Ann', train: true },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ function: { name: 'f', arguments: {} } }],
        weight: 0.5,
      },
      { role: 'tool', content: '4', tool_call_id: 'c1' },
      { ...assistant, reasoning_content: 'Well.', train: false, channel: 'final' },
    ];
    const withNulls = messages.map((message) => ({ tool_calls: null, name: null, ...message }));
    const row = { messages: withNulls, tools: [{ name: 'f' }], metadata: { id: 3 }, other: 1 };
    expect(await conversation(row)).toEqual({
      messages,
      tools: [{ type: 'function', function: { name: 'f' } }],
      metadata: { id: 3 },
    });
  });

  test.each([
    [
      'unknown role',
      { ...user, role: 'robot' },
      'messages[1].role',
      'unknown role "robot"; expected one of system, developer, user, assistant, tool',
    ],
    [
      'role that is no text',
      { ...user, role: 3 },
      'messages[1].role',
      'expected text, found number 3; write one of system, developer, user, assistant, tool',
    ],
    [
      'content that is a number',
      { ...user, content: 7 },
      'messages[1].content',
      'expected text, found number 7; write a string, or a list of {"type": "text", "text": …}',
    ],
    [
      'content that is missing',
      { role: 'user' },
      'messages[1].content',
      'expected text, found nothing; write a string, or a list of {"type": "text", "text": …}',
    ],
    [
      'an assistant that says nothing at all',
      { role: 'assistant', content: null },
      'messages[1].content',
      'expected text, found null; write a string, or a list of {"type": "text", "text": …}',
    ],
    [
      'a picture',
      { ...user, content: [{ type: 'image_url' }] },
      'messages[1].content[0].type',
      'expected a part of type "text", found "image_url"; only text can be learnt from',
    ],
    [
      'a text part without text',
      { ...user, content: [{ type: 'text' }] },
      'messages[1].content[0].text',
      'expected text, found nothing; write a JSON string',
    ],
    [
      'train that is text',
      { ...user, train: 'yes' },
      'messages[1].train',
      'expected true or false, found text; leave it out to follow the policy',
    ],
    [
      'a negative weight',
      { ...user, weight: -1 },
      'messages[1].weight',
      'expected a finite number of at least 0, found number -1; leave it out for 1',
    ],
    [
      'weight that is text',
      { ...user, weight: '1' },
      'messages[1].weight',
      'expected a finite number of at least 0, found text; leave it out for 1',
    ],
    ['a message that is text', 'Hello', 'messages[1]', 'expected a JSON object, found text'],
    [
      'tool calls that are text',
      { ...assistant, tool_calls: 'f()' },
      'messages[1].tool_calls',
      'expected a list, found text; write a list of objects',
    ],
  ])('%s is an error with its place', async (_, message, field, problem) => {
    const error = await failure([good, { messages: [user, message, assistant] }]);
    expect(error).toMatchObject({ file: 'demos.jsonl', line: 2, field });
    expect(error.message).toBe(`demos.jsonl:2: ${field}: ${problem}`);
  });

  test.each([
    [
      'empty conversation',
      { messages: [] },
      'messages: expected at least one entry, found none; write a list of {"role": …, "content": …}',
    ],
    [
      'no assistant turn',
      { messages: [user, user] },
      'messages: expected at least one assistant turn, found only user; add the answer to be learnt',
    ],
    [
      'messages that are text',
      { messages: 'Hello' },
      'messages: expected a list, found text; write a list of {"role": …, "content": …}',
    ],
    [
      'tools that are a number',
      { ...good, tools: 5 },
      'tools: expected a list, found number 5; write a list of function descriptions',
    ],
    ['a row that is a list', [1], 'expected a JSON object, found a list'],
  ])('%s is an error', async (_, row, problem) => {
    expect((await failure([good, row])).message).toBe(`demos.jsonl:2: ${problem}`);
  });

  test('an infinite weight, which JSON writes as 1e999, is an error', async () => {
    const text = '{"messages":[{"role":"assistant","content":"Hi","weight":1e999}]}';
    await expect(parseExamples([text]).next()).rejects.toThrow(
      '<input>:1: messages[0].weight: expected a finite',
    );
  });

  test('a role with a line break in it still makes a message of one line', async () => {
    const { message } = await failure([{ messages: [{ role: 'a\nb', content: '' }] }]);
    expect(message).not.toContain('\n');
  });
});

describe('prompt and completion', () => {
  test('texts', async () => {
    expect(await conversation({ prompt: 'Hello', completion: 'Hi', system: 'Be brief.', weight: 2 })).toEqual(
      {
        messages: [{ role: 'system', content: 'Be brief.' }, user, assistant].map((message) => ({
          ...message,
          weight: 2,
        })),
      },
    );
  });

  test('messages: what the assistant says in the prompt is not learnt', async () => {
    const row = { prompt: [user, assistant, user], completion: [assistant] };
    expect(await conversation(row)).toEqual({
      messages: [user, { ...assistant, train: false }, user, assistant],
    });
  });

  test('other column names, in errors too', async () => {
    const columns = { prompt: 'question', completion: 'answer' };
    expect(await conversation({ question: 'Hello', answer: 'Hi' }, { columns })).toEqual(good);
    const { message } = await failure([{ question: 'Hello', answer: 4 }], { columns });
    expect(message).toBe('demos.jsonl:1: answer: expected text, found number 4; write it as a JSON string');
  });
});

describe('sharegpt', () => {
  test('roles, calls and tools as JSON text', async () => {
    const row = {
      system: '',
      tools: '[{"name": "f"}]',
      conversations: [
        { from: 'human', value: 'Hello' },
        { from: 'function_call', value: '{"name": "f", "arguments": {"x": 1}}' },
        { from: 'observation', value: '2' },
        { from: 'gpt', value: 'Hi', weight: 0 },
      ],
    };
    expect(await conversation(row)).toEqual({
      messages: [
        user,
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ type: 'function', function: { name: 'f', arguments: { x: 1 } } }],
        },
        { role: 'tool', content: '2' },
        { ...assistant, weight: 0 },
      ],
      tools: [{ type: 'function', function: { name: 'f' } }],
    });
  });

  test.each([
    [{ from: 'alien', value: '' }, 'conversations[0].from', 'unknown role "alien"'],
    [
      { from: 'function_call', value: 'f(1)' },
      'conversations[0].value',
      'expected a function call as JSON text',
    ],
    [{ from: 'gpt', value: null }, 'conversations[0].value', 'expected text, found null'],
    [
      { role: 'user', content: '' },
      'conversations[0].from',
      'expected text, found nothing; for {"role", "content"}',
    ],
  ])('%j is an error', async (turn, field, problem) => {
    const error = await failure([{ conversations: [turn] }]);
    expect(error.field).toBe(field);
    expect(error.message).toContain(problem);
  });
});

test('alpaca: the input follows the instruction', async () => {
  const options = { form: 'alpaca' } as const;
  expect(await conversation({ instruction: 'Add.', input: '1 2', output: '3' }, options)).toEqual({
    messages: [
      { role: 'user', content: 'Add.\n\n1 2' },
      { role: 'assistant', content: '3' },
    ],
  });
  expect((await conversation({ instruction: 'Hello', input: '', output: 'Hi' })).messages).toEqual(
    good.messages,
  );
});

describe('form', () => {
  test('text', async () => {
    expect(await collect([{ text: 'Once' }])).toEqual([
      { kind: 'text', text: 'Once', source: { file: 'demos.jsonl', line: 1 }, index: 0 },
    ]);
  });

  test('an unknown form says which keys there are and which forms exist', async () => {
    const { message } = await failure([{ question: 'a', answer: 'b' }]);
    expect(message).toBe(
      'demos.jsonl:1: expected one of the forms messages {messages}, prompt-completion {prompt, completion}, sharegpt {conversations}, alpaca {instruction, output}, text {text}; found the keys {question, answer}; rename the keys, or name them with the columns option',
    );
  });

  test('a row of another form than the first row is an error', async () => {
    const { message } = await failure([good, { text: 'Once' }]);
    expect(message).toContain(
      'demos.jsonl:2: expected a row of the form messages {messages}, found the keys {text}',
    );
  });

  test('a named form wins over what the keys say', async () => {
    const [example] = await collect([{ ...good, text: 'Once' }], { form: 'text' });
    expect(example).toMatchObject({ kind: 'text', text: 'Once' });
  });

  test('a file without rows is an error', async () => {
    expect((await failure([])).message).toBe('demos.jsonl:1: expected at least one row, found none');
  });
});

test('memory holds one example: reading stops where the reader stops', async () => {
  let chunks = 0;
  function* endless() {
    for (;;) {
      chunks += 1;
      yield `${JSON.stringify(good)}\n`;
    }
  }
  for await (const { index } of parseExamples(endless())) if (index === 999) break;
  expect(chunks).toBe(1000);
});

describe('weight of a row', () => {
  test.each([
    ['messages', { messages: [user, { ...assistant, weight: 0.5 }], weight: 3 }],
    [
      'sharegpt',
      {
        conversations: [
          { from: 'human', value: 'Hello' },
          { from: 'gpt', value: 'Hi', weight: 0.5 },
        ],
        weight: 3,
      },
    ],
    ['prompt-completion', { prompt: [user], completion: [{ ...assistant, weight: 0.5 }], weight: 3 }],
  ])('%s: multiplies the weights of its messages', async (_, row) => {
    const { messages } = await conversation(row);
    expect(messages.map(({ weight }) => weight)).toEqual([3, 1.5]);
  });

  test('alpaca: on every message', async () => {
    const { messages } = await conversation({ instruction: 'Hello', output: 'Hi', weight: 0.25 });
    expect(messages.map(({ weight }) => weight)).toEqual([0.25, 0.25]);
  });

  test('text: on the example', async () => {
    expect(await collect([{ text: 'Once', weight: 2 }, { text: 'upon' }])).toMatchObject([
      { text: 'Once', weight: 2 },
      { text: 'upon' },
    ]);
  });

  test('has to be a weight', async () => {
    const error = await failure([{ ...good, weight: '2' }]);
    expect(error.message).toBe(
      'demos.jsonl:1: weight: expected a finite number of at least 0, found text; leave it out for 1',
    );
  });
});

describe('train and weight of a part', () => {
  test('pass, and are checked', async () => {
    const parts = [
      { type: 'text', text: 'a', train: false },
      { type: 'text', text: 'b', weight: 0.5 },
    ];
    const row = { messages: [user, { role: 'assistant', content: parts }] };
    expect((await conversation(row)).messages[1]?.content).toEqual(parts);
    const wrongPart = { type: 'text', text: 'a', train: 'no' };
    const error = await failure([{ messages: [user, { role: 'assistant', content: [wrongPart] }] }]);
    expect(error.field).toBe('messages[1].content[0].train');
  });
});
