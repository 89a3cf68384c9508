import { builtInTemplates, resolveTemplate } from '@sftkit/templates';
import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { expect, test } from 'vitest';
import { formatMask, maskedPieces } from './format-mask.js';
import { maskExample } from './mask-example.js';

const template = resolveTemplate('chatml');
const trained = trainByteLevelBpe(['Hello! Hi, user and assistant.'], { vocabSize: 270 });
const tokenizer = Tokenizer.fromObjects(trained.tokenizerJson, trained.tokenizerConfig);
tokenizer.addSpecialTokens(builtInTemplates.chatml.specialTokens);

const conversation = (answer: string) => ({
  messages: [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: answer },
  ],
});

test('what is learnt stands in brackets', () => {
  const example = maskExample(conversation('Hello!'), { template, tokenizer });
  expect(formatMask(example, tokenizer)).toBe(
    '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n[Hello!<|im_end|>]\n',
  );
});

test('a character of several tokens is shown once, and all pieces together are the text', () => {
  const example = maskExample(conversation('🙂 ok'), { template, tokenizer });
  const pieces = [...maskedPieces(example, (id) => tokenizer.decodeToken(id))];
  expect(pieces.map(({ text }) => text).join('')).toBe(example.rendered.text);
  expect(pieces).toHaveLength(example.encoding.ids.length);
  expect(pieces.filter(({ text }) => text === '').length).toBe(3);
});
