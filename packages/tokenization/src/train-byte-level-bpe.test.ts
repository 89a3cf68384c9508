import { Tokenizer as RustTokenizer } from '@anush008/tokenizers';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { describe, expect, it } from 'vitest';
import { nastyTexts } from '../test/nasty-texts.js';
import { rustEncode, spansOf } from '../test/rust-oracle.js';
import { Tokenizer } from './tokenizer.js';
import { trainByteLevelBpe } from './train-byte-level-bpe.js';

const CORPUS = [
  ...nastyTexts(400, 21),
  ...Array.from(
    { length: 60 },
    (_, i) => `Once upon a time there were ${i * 37} dogs. They said, "It's ${i} o'clock!"\n`,
  ),
];
const CONTROL = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];

describe.each(['gpt2', 'llama3', 'qwen2'] as const)('trainByteLevelBpe, %s pattern', (pattern) => {
  const files = trainByteLevelBpe(CORPUS, { vocabSize: 700, specialTokens: CONTROL, pattern });
  const source = JSON.stringify(files.tokenizerJson);
  const tokenizer = Tokenizer.fromObjects(JSON.parse(source), files.tokenizerConfig);
  const texts = [...nastyTexts(300, 22), ...CORPUS];

  it('writes a file that the Rust library encodes with, equally', async () => {
    const rust = RustTokenizer.fromString(source);
    for (const text of texts) {
      const encoding = tokenizer.encode(text);
      const expected = await rustEncode(rust, text);
      expect([...encoding.ids], JSON.stringify(text)).toEqual(expected.ids);
      expect(spansOf(encoding)).toEqual(expected.spans);
    }
  });

  it('writes a file that @huggingface/tokenizers encodes with, equally', () => {
    const theirs = new HuggingFaceTokenizer(JSON.parse(source), files.tokenizerConfig);
    for (const text of texts) {
      expect([...tokenizer.encode(text).ids]).toEqual(theirs.encode(text, { add_special_tokens: false }).ids);
    }
  });

  it('gives every text back', () => {
    for (const text of texts) expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text);
  });
});

describe('trainByteLevelBpe', () => {
  const sizeOf = (vocabSize: number, texts = CORPUS) => {
    const { tokenizerJson, tokenizerConfig } = trainByteLevelBpe(texts, { vocabSize });
    return Tokenizer.fromObjects(tokenizerJson, tokenizerConfig).vocabSize;
  };

  it('reaches the vocabulary size exactly, or ends with the last pair', () => {
    expect(sizeOf(256)).toBe(256);
    expect(sizeOf(700)).toBe(700);
    // "ab" twice: one merge is all there is.
    expect(sizeOf(700, ['ab', 'ab'])).toBe(257);
  });

  it('does not depend on the order of the texts', () => {
    const train = (texts: readonly string[]) => JSON.stringify(trainByteLevelBpe(texts, { vocabSize: 500 }));
    expect(train([...CORPUS].reverse())).toBe(train(CORPUS));
  });

  it('learns nothing from the control tokens that the texts hold', () => {
    const texts = Array.from({ length: 20 }, () => '<|im_start|>ab<|im_end|>');
    const { tokenizerJson } = trainByteLevelBpe(texts, { vocabSize: 700, specialTokens: CONTROL });
    expect(tokenizerJson).toHaveProperty('model.merges', ['a b']);
  });

  it('gives the control tokens the first ids and names them in the config', () => {
    const options = {
      vocabSize: 300,
      specialTokens: CONTROL,
      eosToken: '<|im_end|>',
      padToken: '<|endoftext|>',
    };
    const { tokenizerJson, tokenizerConfig } = trainByteLevelBpe(CORPUS, options);
    const tokenizer = Tokenizer.fromObjects(tokenizerJson, tokenizerConfig);
    expect([tokenizer.padTokenId, tokenizer.eosTokenId, tokenizer.bosTokenId]).toEqual([0, 2, undefined]);
    expect(tokenizer.specialTokens).toEqual(CONTROL);
  });

  it.each([
    [{ vocabSize: 258, specialTokens: CONTROL }, /vocabSize to be at least 259/],
    [{ vocabSize: 300.5 }, /vocabSize to be at least 256/],
    [{ vocabSize: 400, specialTokens: ['<a>', '<a>'] }, /special tokens that differ.*got "<a>"/],
    [{ vocabSize: 400, specialTokens: ['!'] }, /special tokens that differ.*got "!"/],
    [{ vocabSize: 400, eosToken: '<end>' }, /eosToken to be one of specialTokens, got "<end>"/],
  ])('refuses %o', (options, message) => {
    expect(() => trainByteLevelBpe(CORPUS, options)).toThrow(message);
  });
});
