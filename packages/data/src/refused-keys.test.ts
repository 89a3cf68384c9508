import { describe, expect, test } from 'vitest';
import { parseRow, parseRows, problemOf } from '../test/parse-rows.js';

const answered = { prompt: 'Q?', completion: 'A.' };
const messages = [
  { role: 'user', content: 'Q?' },
  { role: 'assistant', content: 'A.' },
];
const FORMS: readonly (readonly [string, object])[] = [
  ['messages', { messages }],
  ['prompt-completion', answered],
  ['sharegpt', { conversations: [{ from: 'gpt', value: 'A.' }] }],
  ['alpaca', { instruction: 'Q?', output: 'A.' }],
  ['text', { text: 'Once' }],
];

describe.each(FORMS)('a row of the form %s', (form, row) => {
  test.each([
    ['images', ['a.png']],
    ['image', 'a.png'],
    ['videos', ['a.mp4']],
    ['audios', ['a.wav']],
    ['audio', { path: 'a.wav' }],
  ])('with %s is an error', async (key, value) => {
    expect(await problemOf({ ...row, [key]: value })).toMatch(
      new RegExp(`^${key}: expected nothing but text, found .*; only text can be learnt from`),
    );
  });

  test('without pictures is not', async () => {
    expect(await parseRows([{ ...row, images: [], videos: null, image: '' }])).toHaveLength(1);
  });

  test.each(['rejected', 'rejected_response', 'chosen'])('with %s is of a preference set', async (key) => {
    expect(await problemOf({ ...row, [key]: 'B.' })).toBe(
      `${key}: expected a demonstration, found a row of a preference set; sftkit learns every answer: name the chosen one with the columns option, as in completion=chosen, or remove ${key}`,
    );
    expect(await parseRows([{ ...row, [key]: null }])).toHaveLength(1);
  });

  // A text with a label is one of a classification.
  test.each(form === 'text' ? [] : [true, false])(
    'with the label %j is of an unpaired one',
    async (label) => {
      expect(await problemOf({ ...row, label })).toBe(
        `label: expected a demonstration, found boolean ${label}: a row of an unpaired-preference set; sftkit learns every answer: keep the rows with label true and remove the key`,
      );
    },
  );

  test('with a class as label is none', async () => {
    expect(await parseRows([{ ...row, label: 3 }])).toHaveLength(1);
  });
});

test('a pair of answers is named as such before its form is looked for', async () => {
  expect(await problemOf({ prompt: 'Q?', chosen: 'A.', rejected: 'B.' })).toContain(
    'a row of a preference set',
  );
});

test('naming the chosen answer as a column decides for it', async () => {
  const row = { prompt: 'Q?', chosen: 'A.', rejected: 'B.' };
  expect((await parseRow(row, { columns: { completion: 'chosen' } })).messages).toEqual(messages);
});

test('a column may be called label or image', async () => {
  const columns = { prompt: 'image', completion: 'label' };
  expect((await parseRow({ image: 'Q?', label: 'A.' }, { columns })).messages).toEqual(messages);
});
