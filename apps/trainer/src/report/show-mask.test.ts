import type { ExplainedExample } from '@sftkit/sft';
import { expect, test } from 'vitest';
import { painter } from '../terminal.js';
import { showMask } from './show-mask.js';

const text = '<u>Hi\n<a>Yo</s>';
const source = { file: 'x', line: 1 };
const explained: ExplainedExample = {
  source,
  example: {
    kind: 'conversation',
    conversation: {
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Yo' },
      ],
    },
    source,
    index: 0,
  },
  rendered: {
    text,
    messages: [
      { message: 0, role: 'user', start: 0, end: 5 },
      { message: 1, role: 'assistant', start: 6, end: 15 },
    ],
    generation: [{ message: 1, start: 9, end: 15 }],
    sources: [{ message: 0, start: 3, end: 5, field: 'content', path: '', from: 0 }],
    findings: [],
  },
  encoding: {
    ids: Int32Array.of(1, 2, 3, 4, 5, 6),
    starts: Int32Array.of(0, 3, 5, 6, 9, 11),
    ends: Int32Array.of(3, 5, 6, 9, 11, 15),
    special: Uint8Array.of(1, 0, 0, 1, 0, 1),
  },
  inputIds: Int32Array.of(1, 2, 3, 4, 5, 6),
  labels: Int32Array.of(-100, -100, -100, -100, 5, 6),
  weights: Float32Array.of(0, 0, 0, 0, 1, 1),
  supervisedTokens: 2,
  straddlingTokens: 0,
  unlearnableCharacters: 0,
  findings: [],
};
const decodeToken = () => '';

test('without colours, brackets say what is learnt', () => {
  expect(showMask(explained, painter(false), { colours: false, decodeToken })).toBe('<u>Hi\n<a>[Yo</s>]');
});

test('with colours: learnt green, control tokens cyan, nothing painted over a line end', () => {
  const shown = showMask(explained, painter(true), { colours: true, decodeToken });
  expect(shown).toBe(
    '\u001b[36m<u>\u001b[39mHi\n\u001b[36m<a>\u001b[39m\u001b[32mYo\u001b[39m\u001b[32m\u001b[1m</s>\u001b[22m\u001b[39m',
  );
});

test('control characters of the data are shown, and the colours stay', () => {
  const { rendered } = explained;
  const data = { ...explained, rendered: { ...rendered, text: text.replace('Yo', '\u001b\u202e') } };
  expect(showMask(data, painter(false), { colours: false, decodeToken })).toBe('<u>Hi\n<a>[␛\\u202e</s>]');
  expect(showMask(data, painter(true), { colours: true, decodeToken })).toContain(
    '\u001b[32m␛\\u202e\u001b[39m',
  );
});

test('a weight that is not 1 stands before what it weighs', () => {
  const weights = Float32Array.of(0, 0, 0, 0, 0.1, 0.1);
  const shown = showMask({ ...explained, weights }, painter(false), { colours: false, decodeToken });
  expect(shown).toBe('<u>Hi\n<a>[×0.1 Yo</s>]');
});

test('what the template wrote is dim, what was said is not', () => {
  // Without its control tokens the header is a token of plain text.
  const encoding = { ...explained.encoding, special: new Uint8Array(6) };
  const shown = showMask({ ...explained, encoding }, painter(true), { colours: true, decodeToken });
  expect(shown).toContain('\u001b[2m<u>\u001b[22mHi\n\u001b[2m<a>\u001b[22m');
});
