import { expect, test } from 'vitest';
import { contentTexts } from './content-texts.js';

test.each([
  ['Hi', ['Hi']],
  [
    [{ type: 'text', text: 'Hi' }, { type: 'image' }, { type: 'text', text: ' you' }],
    ['Hi', '', ' you'],
  ],
  [[], []],
  [null, []],
])('%j says %j', (content, texts) => {
  expect(contentTexts(content)).toEqual(texts);
});
