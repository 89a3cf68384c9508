import { describe, expect, it } from 'vitest';
import { tinyByteLevelJson } from '../test/tiny-tokenizer.js';
import { Tokenizer } from './tokenizer.js';
import type { JsonObject } from './types.js';

const base = tinyByteLevelJson(['h i'], [{ content: '<s>' }, { content: '</s>' }]);
const bosAdder = {
  type: 'TemplateProcessing',
  single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
  pair: [],
  special_tokens: { '<s>': { id: '<s>', ids: [257], tokens: ['<s>'] } },
};
const tokenizerOf = (config: JsonObject, processor: unknown = null): Tokenizer =>
  Tokenizer.fromObjects({ ...base, post_processor: processor }, config);
const framed = (tokenizer: Tokenizer): number[] => [
  ...tokenizer.encode('hi', { addSpecialTokens: true }).ids,
];

const NAMES = { bos_token: '<s>', eos_token: '</s>' };

describe('add_bos_token and add_eos_token', () => {
  it.each<[string, JsonObject, unknown, number[]]>([
    ['Llama, by itself', { tokenizer_class: 'LlamaTokenizer' }, null, [257, 256]],
    ['Llama, both', { tokenizer_class: 'LlamaTokenizerFast', add_eos_token: true }, null, [257, 256, 258]],
    ['Llama, neither', { tokenizer_class: 'LlamaTokenizerFast', add_bos_token: false }, bosAdder, [256]],
    ['Llama, null', { tokenizer_class: 'LlamaTokenizerFast', add_bos_token: null }, bosAdder, [256]],
    ['Gemma', { tokenizer_class: 'GemmaTokenizer', add_bos_token: true }, { type: 'ByteLevel' }, [257, 256]],
    ['GPT-NeoX, by itself', { tokenizer_class: 'GPTNeoXTokenizerFast' }, bosAdder, [256]],
    ['GPT-NeoX, told', { tokenizer_class: 'GPTNeoXTokenizerFast', add_bos_token: true }, null, [257, 256]],
    ['another class', { tokenizer_class: 'PreTrainedTokenizerFast', add_bos_token: true }, null, [256]],
    ['no class', { add_bos_token: false }, bosAdder, [257, 256]],
  ])('%s', (_, config, processor, ids) => {
    const tokenizer = tokenizerOf({ ...NAMES, ...config }, processor);
    expect(framed(tokenizer)).toEqual(ids);
    // What is saved frames alike, with the config and without.
    const { tokenizerJson, tokenizerConfig } = tokenizer.toObjects();
    expect(framed(Tokenizer.fromObjects(tokenizerJson, tokenizerConfig))).toEqual(ids);
    expect(framed(Tokenizer.fromObjects(tokenizerJson, {}))).toEqual(ids);
  });

  it('a class that does not listen is said', () => {
    const config = { ...NAMES, tokenizer_class: 'GPT2Tokenizer', add_bos_token: true, add_eos_token: false };
    expect(tokenizerOf(config).warnings).toEqual([
      'add_bos_token is true in tokenizer_config.json, but tokenizer.json does not add "<s>"; tokenizer.json counts, as in ' +
        "Hugging Face's GPT2Tokenizer",
    ]);
    expect(tokenizerOf({ ...config, add_bos_token: false }).warnings).toEqual([]);
    expect(tokenizerOf(config, bosAdder).warnings).toEqual([]);
  });

  it('the usual tokens of a class stand in where the config names none', () => {
    expect(framed(tokenizerOf({ tokenizer_class: 'LlamaTokenizerFast', add_eos_token: true }))).toEqual([
      257, 256, 258,
    ]);
    expect(framed(tokenizerOf({ tokenizer_class: 'GemmaTokenizerFast' }))).toEqual([256]);
    const { tokenizerConfig } = tokenizerOf({ tokenizer_class: 'LlamaTokenizerFast' }).toObjects();
    expect(tokenizerConfig).toMatchObject({ bos_token: '<s>', eos_token: '</s>' });
  });

  it('a token that is asked for and not named is an error', () => {
    const config = { tokenizer_class: 'LlamaTokenizerFast', bos_token: null };
    expect(() => tokenizerOf({ ...config, add_bos_token: true })).toThrow(
      'add_bos_token is true, and expects bos_token to name the token, got null; name it',
    );
    expect(framed(tokenizerOf(config))).toEqual([256]);
    expect(() => tokenizerOf({ ...config, add_bos_token: 'yes' })).toThrow(
      'expected true or false, got "yes"',
    );
  });
});
