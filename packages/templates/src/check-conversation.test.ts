import { describe, expect, it } from 'vitest';
import { ConversationError } from './errors.js';
import { resolveTemplate } from './resolve-template.js';
import type { Conversation } from './types.js';

const template = resolveTemplate('chatml');
const user = { role: 'user', content: 'Hi' };
const assistant = { role: 'assistant', content: 'Hello' };

const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
const itself: unknown[] = [];
itself.push(itself);

function failure(value: unknown): ConversationError {
  try {
    template.render(value as Conversation);
  } catch (error) {
    if (error instanceof ConversationError) return error;
    throw error;
  }
  throw new Error('expected a ConversationError, got none');
}

describe('render', () => {
  it.each([
    ['nothing', undefined, '', /expected an object with a list of messages, got nothing/],
    ['no list', { messages: 5 }, 'messages', /expected messages as a list, got 5/],
    ['no message', { messages: [] }, 'messages', /expected at least one message, got none; drop it/],
    [
      'no tools',
      { messages: [user], tools: null },
      'tools',
      /expected tools as a list, got null; leave it out/,
    ],
    ['documents', { messages: [user], documents: 'd' }, 'documents', /expected documents as a list, got "d"/],
    ['variables', { messages: [user], variables: [] }, 'variables', /expected variables as an object/],
    [
      'deep tools',
      { messages: [user], tools: [deep(2000)] },
      'tools',
      /tools of at most 1000 levels, got more/,
    ],
    ['a list inside itself', { messages: [user], documents: itself }, 'documents', /of at most 1000 levels/],
    [
      'a function',
      { messages: [user], variables: { f: () => 1 } },
      'variables',
      /that JSON has, got a function/,
    ],
  ])('refuses a conversation with %s', (_, value, field, message) => {
    expect(failure(value).message).toMatch(message);
    expect(failure(value)).toMatchObject({ field, messageIndex: undefined, template: 'chatml' });
  });

  it.each([
    ['null', null, '', /expected an object with role and content, got null/],
    ['a number as role', { role: 5, content: '' }, 'role', /expected a string, got 5/],
    [
      'a number as content',
      { role: 'user', content: 5 },
      'content',
      /expected text or a list of text parts, got 5/,
    ],
    ['a bare part', { role: 'user', content: ['x'] }, 'content[0]', /expected a part with a text, got "x"/],
    ['a part of another text', { role: 'user', content: [{ text: 5 }] }, 'content[0]', /got 5/],
    ['calls', { ...assistant, tool_calls: {} }, 'tool_calls', /expected a list, got an object/],
    ['deep calls', { ...assistant, tool_calls: [deep(5000)] }, 'tool_calls', /at most 1000 levels/],
    ['train', { ...assistant, train: 1 }, 'train', /expected true or false, got 1/],
    ['weight', { ...assistant, weight: '1' }, 'weight', /expected a finite number of at least 0, got "1"/],
  ])('refuses a message that is, or has, %s', (_, message, field, expected) => {
    const error = failure({ messages: [user, message] });
    expect(error.message).toMatch(expected);
    expect(error).toMatchObject({ field, messageIndex: 1, template: 'chatml' });
  });

  it('takes what a template may make something of', () => {
    const messages = [{ ...user, mood: deep(900) }, { role: 'guest', content: null }, assistant];
    expect(template.renderText({ messages } as Conversation)).toContain('<|im_start|>guest\n');
  });
});
