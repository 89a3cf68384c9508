import { ChatTemplate } from '@sftkit/templates';
import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { expect, test } from 'vitest';
import { describeSetup, restoreSetup } from './preparation-setup.js';

test('another thread is told everything: the time, large numbers, every token', () => {
  const { tokenizerJson, tokenizerConfig } = trainByteLevelBpe(['The sky is blue.'], {
    vocabSize: 270,
    specialTokens: ['<|end|>'],
    eosToken: '<|end|>',
  });
  const tokenizer = Tokenizer.fromObjects(tokenizerJson, {
    ...tokenizerConfig,
    model_max_length: 1000000000000000019884624838656n,
    unk_token: '<unk>',
  });
  const source = "{{ strftime_now('%Y-%m-%d') }} {{ bos_token }}";
  const template = ChatTemplate.fromSource(source, {
    specialTokens: { bos_token: '<s>' },
    now: () => new Date('2001-02-03T12:00:00'),
  });
  const setup = structuredClone(describeSetup({ tokenizer, template, mask: 'assistant', endOfText: 0 }));
  const restored = restoreSetup(setup);
  const messages = [{ role: 'user', content: 'x' }];
  expect(restored.template?.renderText({ messages })).toBe('2001-02-03 <s>');
  expect(restored.tokenizer.tokenToId('<unk>')).toBe(tokenizer.tokenToId('<unk>'));
  expect(restored.tokenizer.toObjects()).toEqual(tokenizer.toObjects());
  expect(restored).toMatchObject({ mask: 'assistant', endOfText: 0 });
});
