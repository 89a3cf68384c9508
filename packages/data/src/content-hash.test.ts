import { parseJson } from '@sftkit/json';
import type { Conversation } from '@sftkit/templates';
import { expect, test } from 'vitest';
import { contentHash } from './content-hash.js';
import type { Example } from './example.js';

const example = (conversation: Conversation, line = 1): Example => ({
  kind: 'conversation',
  conversation,
  source: { file: 'a.jsonl', line },
  index: line - 1,
});
const text = (words: string): Example => ({
  kind: 'text',
  text: words,
  source: { file: 'a', line: 1 },
  index: 0,
});

const hello = { role: 'user', content: 'Hello' };
const hi = { role: 'assistant', content: 'Hi' };

test('place, key order, metadata and what only the mask reads do not count', () => {
  const plain = contentHash(example({ messages: [hello, hi] }));
  const shuffled = { content: 'Hello', role: 'user' };
  expect(contentHash(example({ messages: [shuffled, hi] }, 900))).toBe(plain);
  expect(contentHash(example({ messages: [hello, hi], tools: [], metadata: { id: 7 } }))).toBe(plain);
  expect(
    contentHash(
      example({
        messages: [
          { ...hello, train: true },
          { ...hi, weight: 2 },
        ],
      }),
    ),
  ).toBe(plain);
});

test('nor does what the mask reads of a part', () => {
  const answer = (more: object) =>
    example({ messages: [hello, { role: 'assistant', content: [{ type: 'text', text: 'Hi', ...more }] }] });
  expect(contentHash(answer({ train: false, weight: 2 }))).toBe(contentHash(answer({})));
  expect(contentHash(answer({ lang: 'en' }))).not.toBe(contentHash(answer({})));
});

test('every word counts, and who said it', () => {
  const hashes = [
    example({ messages: [hello, hi] }),
    example({ messages: [hello, { ...hi, content: 'Hi ' }] }),
    example({ messages: [{ ...hello, role: 'system' }, hi] }),
    example({ messages: [hi, hello] }),
    example({ messages: [hello, hi], tools: [{ name: 'f' }] }),
    example({ messages: [hello, { ...hi, reasoning_content: 'well' }] }),
    text('Hello'),
    text('Hi'),
  ].map(contentHash);
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('ordinary contents keep the name that they have always had', () => {
  // Splits of data sets hang on them.
  expect(contentHash(text('Hello'))).toBe('ef73ae6a8b47cd3601ab3fad1fb8099eec54599cd43fc1b131df61bf50438a7e');
  const called = {
    role: 'assistant',
    content: null,
    tool_calls: [{ function: { name: 'f', arguments: { x: 1e-7, n: 3 } } }],
  };
  expect(contentHash(example({ messages: [hello, called] }))).toBe(
    '7417a56f50dc80a7c541265855011e89c248ae26b997318d222dcc6c5acef8c8',
  );
});

test('numbers count as they are written, keys in any order', () => {
  const hashOf = (json: string) =>
    contentHash(
      example({ messages: [hello, { role: 'assistant', content: '', tool_calls: [parseJson(json)] }] }),
    );
  const hashes = [
    '8',
    '8.0',
    '9.0',
    '"8"',
    '9007199254740992',
    '9007199254740993',
    '{"1": 8}',
    '{"1": 8.0}',
  ].map(hashOf);
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(hashOf('{"b": 1, "1": 2}')).toBe(hashOf('{"1": 2, "b": 1}'));
  expect(hashOf('{"2": 1, "1": 2}')).toBe(hashOf('{"1": 2, "2": 1}'));
});

test('documents and variables of the template count', () => {
  const messages = [hello, hi];
  const hashes = [
    { messages },
    { messages, documents: [{ text: 'a' }] },
    { messages, tools: [{ text: 'a' }] },
    { messages, variables: { enable_thinking: true } },
    { messages, variables: { enable_thinking: false } },
  ].map((conversation) => contentHash(example(conversation)));
  expect(new Set(hashes).size).toBe(hashes.length);
});
