import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { describe, expect, test } from 'vitest';
import { encodeText, encodeTextPrompt } from './encode-text.js';

const { tokenizerJson, tokenizerConfig } = trainByteLevelBpe(['The sky is blue.'], {
  vocabSize: 300,
  specialTokens: ['<s>', '</s>', '<|stop|>'],
  bosToken: '<s>',
  eosToken: '</s>',
});
/** With a frame as Llama's tokenizers have it: `add_bos_token` and `add_eos_token`. */
const framing = (bos: boolean, eos: boolean): Tokenizer =>
  Tokenizer.fromObjects(tokenizerJson, {
    ...tokenizerConfig,
    tokenizer_class: 'LlamaTokenizerFast',
    add_bos_token: bos,
    add_eos_token: eos,
  });
const [BOS, EOS] = [0, 1];
const sky = [...framing(false, false).encode('The sky').ids];

describe('plain text begins and ends once', () => {
  test.each([
    ['The sky', true, false, [BOS, ...sky, EOS]],
    ['The sky', true, true, [BOS, ...sky, EOS]],
    ['The sky', false, false, [...sky, EOS]],
    ['<s>The sky', true, false, [BOS, ...sky, EOS]],
    ['<s>The sky', false, false, [BOS, ...sky, EOS]],
    ['The sky</s>', true, false, [BOS, ...sky, EOS]],
    ['<s>The sky</s>', true, true, [BOS, ...sky, EOS]],
    ['The sky<|stop|>', true, false, [BOS, ...sky, 2]],
    // What the text itself says twice is the text's.
    ['<s><s>The sky', true, false, [BOS, BOS, ...sky, EOS]],
    ['<s>', true, false, [BOS, EOS]],
    ['</s>', false, true, [EOS]],
    ['', true, true, [BOS, EOS]],
  ])('%j, begun %s, ended %s', (text, bos, eos, ids) => {
    const { starts, ends, special, ...encoded } = encodeText(text, framing(bos, eos), EOS, ['<|stop|>']);
    expect([...encoded.ids]).toEqual(ids);
    expect([starts.length, ends.length, special.length]).toEqual([ids.length, ids.length, ids.length]);
    expect([starts.at(-1), ends.at(-1)]).toEqual([expect.any(Number), text.length]);
  });

  test('and does not end where nobody knows how', () => {
    expect([...encodeText('The sky', framing(true, false), undefined).ids]).toEqual([BOS, ...sky]);
  });
});

test.each([
  ['The sky', [BOS, ...sky]],
  ['<s>The sky', [BOS, ...sky]],
  ['<s>The sky</s>', [BOS, ...sky, EOS]],
])('%j is continued from its own tokens', (text, ids) => {
  expect([...encodeTextPrompt(text, framing(true, false))]).toEqual(ids);
  expect([...encodeTextPrompt(text.replace('</s>', ''), framing(true, true))]).toEqual(
    ids.filter((id) => id !== EOS),
  );
});
