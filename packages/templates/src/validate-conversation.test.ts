import { describe, expect, it } from 'vitest';
import { ConversationError } from './errors.js';
import { validateConversation } from './validate-conversation.js';

const user = { role: 'user', content: 'Hi' };
const failure = (value: unknown): ConversationError => {
  try {
    validateConversation(value);
  } catch (error) {
    if (error instanceof ConversationError) return error;
    throw error;
  }
  throw new Error('expected a ConversationError, got none');
};

describe('validateConversation', () => {
  it('hands a conversation back as it is, unknown fields included', () => {
    const value = {
      messages: [
        { ...user, mood: 'good', weight: 0 },
        { role: 'assistant', content: null, tool_calls: [{ id: '1' }], train: true },
        { role: 'tool', content: [{ type: 'text', text: '2' }], tool_call_id: '1' },
      ],
      tools: [],
      metadata: { source: 'a' },
    };
    expect(validateConversation(value)).toBe(value);
  });

  it.each([
    ['no object', 'text', undefined, /expected an object with a list of messages, got "text"/],
    ['no list', { messages: {} }, undefined, /expected messages as a list, got an object/],
    ['nothing in it', { messages: [] }, undefined, /at least one message, got none/],
    ['tools', { messages: [user], tools: {} }, undefined, /expected tools as a list/],
  ])('%s', (_, value, index, message) => {
    expect(failure(value).message).toMatch(message);
    expect(failure(value).messageIndex).toBe(index);
  });

  it.each([
    ['no object', null, '', /message 1: expected an object/],
    [
      'unknown role',
      { role: 'bot', content: '' },
      'role',
      /message 1, role: expected one of system, .*got "bot"/,
    ],
    ['no content', { role: 'user' }, 'content', /message 1, content: expected text .*got nothing/],
    ['a number', { role: 'user', content: 3 }, 'content', /got 3/],
    ['null alone', { role: 'assistant', content: null }, 'content', /only a message with tool_calls/],
    ['null beside no calls', { role: 'assistant', content: null, tool_calls: [] }, 'content', /got null/],
    [
      'an image',
      { role: 'user', content: [{ type: 'image', url: 'a' }] },
      'content[0].type',
      /expected "text", got "image"/,
    ],
    ['a part without text', { role: 'user', content: [{ type: 'text' }] }, 'content[0].text', /got nothing/],
    ['a bare part', { role: 'user', content: ['a'] }, 'content[0]', /got "a"/],
    ['calls', { role: 'assistant', content: '', tool_calls: {} }, 'tool_calls', /expected a list/],
    [
      'reasoning',
      { role: 'assistant', content: '', reasoning_content: 1 },
      'reasoning_content',
      /expected a string/,
    ],
    ['train', { ...user, train: 'yes' }, 'train', /expected true or false, got "yes"/],
    ['weight', { ...user, weight: -1 }, 'weight', /at least 0, got -1/],
    ['no weight', { ...user, weight: Number.NaN }, 'weight', /got NaN/],
  ])('message with %s', (_, message, field, expected) => {
    const error = failure({ messages: [user, message] });
    expect(error.message).toMatch(expected);
    expect(error).toMatchObject({ messageIndex: 1, field });
  });
});
