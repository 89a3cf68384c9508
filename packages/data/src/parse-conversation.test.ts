import { expect, test } from 'vitest';
import { parseConversation } from './parse-conversation.js';

const source = { file: 'ask.json', line: 1 };
const question = { messages: [{ role: 'user', content: 'Why?' }] };

test('a question without an answer is for a model to answer, not to learn from', () => {
  expect(parseConversation(question, source, { requireAssistant: false })).toEqual(question);
  expect(() => parseConversation(question, source)).toThrow(
    'ask.json:1: messages: expected at least one assistant turn',
  );
});
