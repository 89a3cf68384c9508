import type { Example } from '@sftkit/data';
import type { Conversation } from '@sftkit/templates';
import { expect, test } from 'vitest';
import { ConversationKinds } from './conversation-kinds.js';

function example(conversation: Conversation): Example {
  return { kind: 'conversation', conversation, source: { file: 'x.jsonl', line: 1 }, index: 0 };
}

const plain = [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Hello!' },
];
const call = { type: 'function' as const, function: { name: 'look', arguments: {} } };
const tool = { type: 'function' as const, function: { name: 'look', parameters: {} } };
const all = ['tools', 'reasoning', 'a system prompt', 'user', 'assistant', 'tool, observation', 'developer'];

test.each<[string, Conversation, string[]]>([
  ['question and answer', { messages: plain }, ['user', 'assistant']],
  ['a system prompt', { messages: [{ role: 'system', content: '' }] }, ['a system prompt']],
  ['a thought', { messages: [{ role: 'x', content: '', reasoning_content: '' }] }, ['reasoning']],
  ['tools', { messages: [], tools: [tool] }, ['tools']],
  ['a call', { messages: [{ role: 'x', content: '', tool_calls: [call] }] }, ['tools']],
  ['an answer of a tool', { messages: [{ role: 'tool', content: '' }] }, ['tools', 'tool, observation']],
  ['another role', { messages: [{ role: 'developer', content: '' }] }, ['developer']],
])('%s', (_, conversation, expected) => {
  const kinds = ConversationKinds.of([example(conversation)]);
  expect(all.filter((kind) => kinds.has(kind))).toEqual(expected);
});

test('a data set has the kinds of all its examples, and plain text has none', () => {
  const text: Example = { kind: 'text', text: 'Hi', source: { file: 'x.jsonl', line: 1 }, index: 0 };
  const kinds = ConversationKinds.of([text]);
  expect(all.some((kind) => kinds.has(kind))).toBe(false);
  kinds.add(example({ messages: plain }));
  kinds.add(example({ messages: [], tools: [tool] }));
  expect(all.filter((kind) => kinds.has(kind))).toEqual(['tools', 'user', 'assistant']);
});
