/** Everything a demonstration can say, on the one road from a row of a file to the tokens that count. */
import { type Example, type ParseExamplesOptions, parseExamples } from '@sftkit/data';
import {
  encodeConversation,
  IGNORE_INDEX,
  maskConversation,
  maskText,
  type SupervisionOptions,
  verifyMask,
} from '@sftkit/masking';
import { resolveTemplate } from '@sftkit/templates';
import type { Tokenizer } from '@sftkit/tokenization';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTokenizer } from '../src/tokenizers.js';

const template = resolveTemplate('qwen3');
let tokenizer: Tokenizer;
beforeAll(() => {
  tokenizer = loadTokenizer('qwen3');
});

/** What is learnt from one row: runs of tokens of one weight, decoded. */
async function learnt(row: unknown, options: SupervisionOptions = {}, reading: ParseExamplesOptions = {}) {
  let example: Example | undefined;
  for await (const parsed of parseExamples([JSON.stringify(row)], reading)) example = parsed;
  return runs(prepare(example!, options));
}

function prepare(example: Example, options: SupervisionOptions) {
  if (example.kind === 'text') {
    const { text, weight = 1 } = example;
    return maskText(tokenizer.encode(text), { weight });
  }
  const { conversation } = example;
  const rendered = template.render(conversation);
  const encoding = encodeConversation(rendered, conversation, { tokenizer });
  const masked = maskConversation(rendered, encoding, conversation, options);
  const decode = (ids: Int32Array) => tokenizer.decode(ids);
  expect(verifyMask(rendered, encoding, conversation, masked, { template, ...options, decode })).toEqual([]);
  expect(masked.straddlingTokens).toBe(0);
  return masked;
}

function runs({ labels, weights }: { labels: Int32Array; weights: Float32Array }): [string, number][] {
  const found: { ids: number[]; weight: number }[] = [];
  labels.forEach((label, t) => {
    if (label === IGNORE_INDEX) return;
    const last = found.at(-1);
    if (last && t > 0 && weights[t - 1] === weights[t]) last.ids.push(label);
    else found.push({ ids: [label], weight: weights[t]! });
  });
  return found.map(({ ids, weight }) => [tokenizer.decode(ids), weight]);
}

const user = { role: 'user', content: 'Hi' };
const assistant = { role: 'assistant', content: 'Hello.' };
const answer = ['Hello.<|im_end|>', 1];

describe('forms', () => {
  test.each([
    ['messages', { messages: [user, assistant] }],
    ['prompt and completion as text', { prompt: 'Hi', completion: 'Hello.' }],
    ['prompt and completion as messages', { prompt: [user, assistant, user], completion: [assistant] }],
    [
      'ShareGPT',
      {
        conversations: [
          { from: 'human', value: 'Hi' },
          { from: 'gpt', value: 'Hello.' },
        ],
      },
    ],
    ['Alpaca', { instruction: 'Say it.', input: 'Hi', output: 'Hello.' }],
  ])('%s', async (_, row) => {
    expect(await learnt(row)).toEqual([answer]);
  });

  test('text: everything but the first token', async () => {
    expect(await learnt({ text: 'One two three', weight: 0.5 })).toEqual([[' two three', 0.5]]);
  });
});

describe('tools', () => {
  const tools = [
    { type: 'function', function: { name: 'add', parameters: { type: 'object', properties: {} } } },
  ];
  const call = '<tool_call>\n{"name": "add", "arguments": {"x": 1}}\n</tool_call><|im_end|>';

  test.each([
    [
      'in the OpenAI form',
      {
        messages: [
          user,
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: '1', type: 'function', function: { name: 'add', arguments: { x: 1 } } }],
          },
          { role: 'tool', tool_call_id: '1', content: '4' },
          assistant,
        ],
        tools,
      },
    ],
    [
      'in the ShareGPT form',
      {
        conversations: [
          { from: 'human', value: 'Hi' },
          { from: 'function_call', value: '{"name": "add", "arguments": {"x": 1}}' },
          { from: 'observation', value: '4' },
          { from: 'gpt', value: 'Hello.' },
        ],
        tools: JSON.stringify(tools),
      },
    ],
  ])('%s: calls are learnt, results never', async (_, row) => {
    expect(await learnt(row)).toEqual([[call, 1], answer]);
  });
});

describe('what is trained', () => {
  const twice = { messages: [user, { ...assistant, content: 'One.' }, user, assistant] };
  const thinking = { messages: [user, { ...assistant, reasoning_content: 'Hm.' }] };

  test('the last turn only; other roles', async () => {
    expect(await learnt(twice, { policy: 'last-assistant' })).toEqual([answer]);
    expect(await learnt(twice, { roles: ['user'], policy: 'last-assistant' })).toEqual([
      ['<|im_start|>user\nHi<|im_end|>\n', 1],
    ]);
  });

  test('reasoning, or not', async () => {
    expect(await learnt(thinking)).toEqual([['<think>\nHm.\n</think>\n\nHello.<|im_end|>', 1]]);
    expect(await learnt(thinking, { reasoning: false })).toEqual([answer]);
  });

  test('train and weight of a message', async () => {
    const messages = [user, { ...assistant, train: false }, user, { ...assistant, weight: 0.25 }];
    expect(await learnt({ messages })).toEqual([['Hello.<|im_end|>', 0.25]]);
  });

  test('train and weight of a part', async () => {
    const content = [
      { type: 'text', text: 'Well,', train: false },
      { type: 'text', text: ' hello', weight: 2 },
      { type: 'text', text: ' there.' },
    ];
    expect(await learnt({ messages: [user, { role: 'assistant', content }] })).toEqual([
      [' hello', 2],
      [' there.<|im_end|>', 1],
    ]);
  });

  test('the weight of an example multiplies those inside it', async () => {
    const messages = [user, { ...assistant, weight: 0.5 }];
    expect(await learnt({ messages, weight: 3 })).toEqual([['Hello.<|im_end|>', 1.5]]);
    expect(await learnt({ messages }, { weight: 3 })).toEqual([['Hello.<|im_end|>', 1.5]]);
    expect(await learnt({ prompt: 'Hi', completion: 'Hello.', weight: 2 })).toEqual([
      ['Hello.<|im_end|>', 2],
    ]);
  });
});
