import { describe, expect, test } from 'vitest';
import { parseRow, problemOf } from '../test/parse-rows.js';

const user = { role: 'user', content: 'Hello' };

/** Rows that hold one answer, in the forms whose messages may have other keys. */
const FORMS: readonly (readonly [string, string, (answer: object) => object])[] = [
  ['messages', 'messages[1]', (answer) => ({ messages: [user, { role: 'assistant', ...answer }] })],
  [
    'completion',
    'completion[0]',
    (answer) => ({ prompt: 'Hello', completion: [{ role: 'assistant', ...answer }] }),
  ],
  [
    'sharegpt',
    'conversations[1]',
    (answer) => {
      const { content, ...others } = answer as { content?: unknown };
      return {
        conversations: [
          { from: 'human', value: 'Hello' },
          { from: 'gpt', value: content, ...others },
        ],
      };
    },
  ],
];

describe.each(FORMS)('an answer in %s', (form, path, rowOf) => {
  const contentPath = `${path}.${form === 'sharegpt' ? 'value' : 'content'}`;
  const answerOf = async (answer: object) => (await parseRow(rowOf(answer))).messages[1];

  describe('refusal', () => {
    test.each([[''], [null], [undefined], [[]]])(
      'beside the content %j is what was said',
      async (content) => {
        expect(await answerOf({ content, refusal: 'I cannot.' })).toStrictEqual({
          role: 'assistant',
          content: 'I cannot.',
        });
      },
    );

    test.each([[null], ['']])('that is %j is none', async (refusal) => {
      expect(await answerOf({ content: 'Hi', refusal })).toStrictEqual({ role: 'assistant', content: 'Hi' });
    });

    test('beside other content is an error', async () => {
      expect(await problemOf(rowOf({ content: 'Hi', refusal: 'No.' }))).toBe(
        `${path}.refusal: expected content or a refusal, found both; keep what is to be learnt`,
      );
      expect(await problemOf(rowOf({ content: '', refusal: true }))).toContain(
        `${path}.refusal: expected text, found boolean true`,
      );
    });
  });

  describe('thoughts', () => {
    test('reasoning becomes reasoning_content', async () => {
      expect(await answerOf({ content: '4', reasoning: 'Two and two.' })).toStrictEqual({
        role: 'assistant',
        content: '4',
        reasoning_content: 'Two and two.',
      });
    });

    test('thinking is copied: templates read either', async () => {
      expect(await answerOf({ content: '4', thinking: 'Well.' })).toEqual({
        role: 'assistant',
        content: '4',
        thinking: 'Well.',
        reasoning_content: 'Well.',
      });
    });

    test('that say the same are one, and empty ones are none', async () => {
      const said = { content: '4', reasoning_content: 'Well.', reasoning: 'Well.' };
      expect(await answerOf(said)).toMatchObject({ reasoning_content: 'Well.' });
      expect(await answerOf({ ...said, reasoning: '' })).toMatchObject({ reasoning_content: 'Well.' });
      expect(await answerOf({ ...said, reasoning_content: '' })).toMatchObject({
        reasoning_content: 'Well.',
      });
      expect(await answerOf({ content: '4', reasoning: null })).toStrictEqual({
        role: 'assistant',
        content: '4',
      });
    });

    test('that differ are an error', async () => {
      expect(await problemOf(rowOf({ content: '4', reasoning_content: 'a', thinking: 'b' }))).toBe(
        `${path}.thinking: expected the text of ${path}.reasoning_content, found another; keep one of the two`,
      );
      expect(await problemOf(rowOf({ content: '4', reasoning: [] }))).toContain(
        `${path}.reasoning: expected text, found a list`,
      );
    });
  });

  test('sound and pictures are an error, unless there are none', async () => {
    expect(await problemOf(rowOf({ content: 'Hi', audio: { id: 'a1' } }))).toContain(
      `${path}.audio: expected nothing but text, found an object; only text can be learnt from`,
    );
    expect(await answerOf({ content: 'Hi', audio: null, images: [] })).toStrictEqual({
      role: 'assistant',
      content: 'Hi',
    });
  });

  describe('that is not under a key that is read', () => {
    test.each([
      ['', 'empty text'],
      [null, 'null'],
      [[], 'a list'],
      [[{ type: 'text', text: '' }], 'a list'],
    ])('and has the content %j, is an error', async (content, found) => {
      expect(await problemOf(rowOf({ content, parsed: { a: 1 }, answer: '4' }))).toBe(
        `${contentPath}: expected text, found ${found} beside parsed, answer, which sftkit does not read; move what is said into content`,
      );
    });

    test('may be empty on purpose', async () => {
      const empty = { role: 'assistant', content: '' };
      expect(await answerOf({ content: '' })).toStrictEqual(empty);
      expect(await answerOf({ content: '', annotations: [], refusal: null })).toMatchObject(empty);
      expect(await answerOf({ content: '', reasoning: 'Well.', id: 1 })).toMatchObject(empty);
      const calls = [{ function: { name: 'f', arguments: {} } }];
      expect(await answerOf({ content: '', tool_calls: calls, id: 1 })).toMatchObject(empty);
    });

    test('stays on the message', async () => {
      expect(await answerOf({ content: 'Hi', channel: 'final' })).toMatchObject({ channel: 'final' });
    });
  });
});

test('a boxed weight is a number', async () => {
  const row = '{"messages": [{"role": "assistant", "content": "Hi", "weight": 1.0}], "weight": 2.0}';
  expect((await parseRow(row)).messages[0]).toStrictEqual({ role: 'assistant', content: 'Hi', weight: 2 });
  const part =
    '{"messages": [{"role": "assistant", "content": [{"type": "text", "text": "", "weight": 0.0}]}]}';
  expect((await parseRow(part)).messages[0]?.content).toStrictEqual([{ type: 'text', text: '', weight: 0 }]);
});

test.each([
  ['9007199254740993', 'number 9007199254740993'],
  ['1e999', 'number 1e999'],
  ['-1.0', 'number -1.0'],
  ['{"1": 0, "0": 1}', 'an object'],
])('the weight %s is an error that says it as the file does', async (weight, found) => {
  const row = `{"messages": [{"role": "assistant", "content": "Hi", "weight": ${weight}}]}`;
  expect(await problemOf(row)).toBe(
    `messages[0].weight: expected a finite number of at least 0, found ${found}; leave it out for 1`,
  );
});

test('a message whose keys JavaScript would put into another order is read', async () => {
  const row = '{"messages": [{"role": "assistant", "1": "a", "content": "Hi"}]}';
  expect((await parseRow(row)).messages[0]).toEqual({ role: 'assistant', content: 'Hi', 1: 'a' });
});

test.each(['role', 'content'])('a ShareGPT turn that has another %s is an error', async (key) => {
  const row = { conversations: [{ from: 'gpt', value: 'Hi', [key]: 'other' }] };
  expect(await problemOf(row)).toBe(
    `conversations[0].${key}: expected from and value alone, found another beside them; remove it`,
  );
  const same = { conversations: [{ from: 'gpt', value: 'Hi', role: 'assistant', content: 'Hi' }] };
  expect((await parseRow(same)).messages).toStrictEqual([{ role: 'assistant', content: 'Hi' }]);
});
