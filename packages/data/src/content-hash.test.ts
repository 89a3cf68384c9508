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
