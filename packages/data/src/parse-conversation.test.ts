import { describe, expect, test } from 'vitest';
import { parseConversation } from './parse-conversation.js';

const source = { file: 'ask.json', line: 1 };
const question = { messages: [{ role: 'user', content: 'Why?' }] };
const parse = (value: unknown) => parseConversation(value, source, { requireAssistant: false });

test('a question without an answer is for a model to answer, not to learn from', () => {
  expect(parse(question)).toEqual(question);
  expect(() => parseConversation(question, source)).toThrow(
    'ask.json:1: messages: expected at least one assistant turn',
  );
});

test('the other keys of a row are read as well', () => {
  expect(parse({ ...question, system: 'Be brief.', chat_template_kwargs: { thinking: true } })).toEqual({
    messages: [{ role: 'system', content: 'Be brief.' }, ...question.messages],
    variables: { thinking: true },
  });
  expect(() => parse({ ...question, images: ['a.png'] })).toThrow('images: expected nothing but text');
});

test('columns have other names', () => {
  const row = { chat: question.messages, functions: [{ name: 'f' }] };
  const columns = { messages: 'chat', tools: 'functions' };
  expect(parseConversation(row, source, { columns, requireAssistant: false })).toEqual({
    ...question,
    tools: [{ type: 'function', function: { name: 'f' } }],
  });
  expect(() => parseConversation({ chat: [{ role: 'x' }] }, source, { columns })).toThrow(
    'chat[0].role: unknown',
  );
});

describe('half of a surrogate pair, which no text of a file can hold,', () => {
  const half = 'x \ud83d y';
  const call = { function: { name: 'f', arguments: { city: [half] } } };
  test.each([
    [{ messages: [{ role: 'user', content: half }] }, 'messages[0].content'],
    [
      { messages: [{ role: 'user', content: [{ type: 'text', text: half }] }] },
      'messages[0].content[0].text',
    ],
    [
      { messages: [{ role: 'assistant', content: '', tool_calls: [call] }] },
      'messages[0].tool_calls[0].function.arguments.city[0]',
    ],
    [{ ...question, tools: [{ name: 'f', parameters: new Map([[half, 1]]) }] }, 'tools[0].parameters'],
    [{ ...question, system: '\udc00' }, 'system'],
  ])('is an error with its field: %j', (value, field) => {
    expect(() => parse(value)).toThrow(
      expect.objectContaining({
        field,
        message: expect.stringMatching(
          /expected text that is Unicode, found \\ud[8c][03][d0], half of a surrogate pair; write the whole character$/,
        ),
      }),
    );
  });

  test('is none when the other half follows', () => {
    const messages = [{ role: 'user', content: '\ud83d\udc08' }];
    expect(parse({ messages }).messages).toEqual(messages);
  });
});
