import { describe, expect, it } from 'vitest';
import { tinyByteLevelJson } from '../test/tiny-tokenizer.js';
import { TokenizationError } from './tokenization-error.js';
import { Tokenizer } from './tokenizer.js';
import type { TokenizerSources } from './tokenizer-options.js';
import type { JsonObject } from './types.js';

/** 257 tokens: the bytes, and "hi" as 256. */
const json = tinyByteLevelJson(['h i']);
const tokenizerOf = (
  config: JsonObject,
  sources: TokenizerSources = {},
  added: readonly JsonObject[] = [],
): Tokenizer => Tokenizer.fromObjects({ ...json, added_tokens: added }, config, sources);
const idsOf = (tokenizer: Tokenizer, text: string): number[] => [...tokenizer.encode(text).ids];
const token = (content: string, more: JsonObject = {}): JsonObject => ({
  ...{ content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
  ...more,
});

describe('tokens beside tokenizer.json', () => {
  it('are those of added_tokens_decoder, with its flags', () => {
    const config = { added_tokens_decoder: { 258: token('<b>', { special: false }), 257: token('<a>') } };
    const tokenizer = tokenizerOf(config);
    expect(idsOf(tokenizer, 'hi<a><b>')).toEqual([256, 257, 258]);
    expect(tokenizer.specialTokens).toEqual(['<a>']);
    expect(tokenizer.vocabSize).toBe(259);
  });

  it('change the flags of tokens that tokenizer.json has', () => {
    const listed = [{ id: 257, ...token('<a>', { special: false }) }];
    const config = { added_tokens_decoder: { 257: token('<a>', { rstrip: true }) } };
    const tokenizer = tokenizerOf(config, {}, listed);
    expect(tokenizer.specialTokens).toEqual(['<a>']);
    expect(idsOf(tokenizer, '<a>  hi')).toEqual([257, 256]);
  });

  it('keep the flags of tokenizer.json where only added_tokens.json repeats them', () => {
    const listed = [{ id: 257, ...token('<a>', { rstrip: true }) }];
    const tokenizer = tokenizerOf({}, { addedTokens: { '<a>': 257 } }, listed);
    expect(idsOf(tokenizer, '<a>  hi')).toEqual([257, 256]);
    expect(tokenizer.specialTokens).toEqual(['<a>']);
  });

  it('are put together from several files by their ids', () => {
    const config = { added_tokens_decoder: { 258: token('<b>') } };
    const tokenizer = tokenizerOf(config, { addedTokens: { '<c>': 259, '<a>': 257 } });
    expect(idsOf(tokenizer, '<a><b><c>')).toEqual([257, 258, 259]);
  });

  it('are special where a key names them, and get the next ids where nothing gives one', () => {
    const config = {
      unk_token: '<unk>',
      eos_token: { content: '<eos>', lstrip: true },
      additional_special_tokens: ['<x>', 'hi'],
      extra_special_tokens: { image_token: '<image>' },
    };
    const tokenizer = tokenizerOf(config);
    expect(idsOf(tokenizer, '  <eos><unk><x>hi<image>')).toEqual([257, 258, 259, 256, 260]);
    expect(tokenizer.specialTokens).toEqual(['<eos>', '<unk>', '<x>', 'hi', '<image>']);
    expect(tokenizer.unnumberedTokens).toEqual(['<eos>', '<unk>', '<x>', '<image>']);
    expect(tokenizerOf({ extra_special_tokens: ['<y>', '<y>'] }).tokenToId('<y>')).toBe(257);
  });

  it('are not added for padding alone', () => {
    const tokenizer = tokenizerOf({ pad_token: '<pad>' });
    expect(tokenizer.vocabSize).toBe(257);
    expect(tokenizer.padToken).toBe('<pad>');
    expect(tokenizer.padTokenId).toBeUndefined();
  });

  it('are special by name even if their file says otherwise', () => {
    const config = { eos_token: '<e>', added_tokens_decoder: { 257: token('<e>', { special: false }) } };
    expect(tokenizerOf(config).specialTokens).toEqual(['<e>']);
    const legacy = tokenizerOf({ eos_token: '<e>' }, { addedTokens: { '<e>': 257, '<f>': 258 } });
    expect(legacy.specialTokens).toEqual(['<e>']);
  });
});

describe('ids of tokenizer.json', () => {
  it('are those that the Rust library gives: of the vocabulary, or the next free ones', () => {
    const listed = [
      { id: 300, ...token('hi', { special: false }) },
      { id: 310, ...token('<a>') },
      { id: 320, ...token('<b>') },
      { id: 330, ...token('<a>') },
    ];
    const tokenizer = tokenizerOf({}, {}, listed);
    expect(idsOf(tokenizer, 'hi<a><b>')).toEqual([256, 257, 258]);
    expect(tokenizer.vocabSize).toBe(259);
    expect(tokenizer.warnings).toEqual([
      'tokenizer.json: added_tokens gives "hi" the id 300, and 3 more like it; it has 256, its id in the vocabulary, ' +
        "in Hugging Face's libraries and here",
    ]);
    // Written as they are, so that nobody else is misled.
    expect(tokenizer.toObjects().tokenizerJson.added_tokens).toMatchObject([
      { id: 256 },
      { id: 257 },
      { id: 258 },
    ]);
  });

  it('may be repeated as they are wrong', () => {
    const listed = [{ id: 300, ...token('hi') }];
    const tokenizer = tokenizerOf({ added_tokens_decoder: { 300: token('hi') } }, {}, listed);
    expect(idsOf(tokenizer, 'hi')).toEqual([256]);
  });
});

describe('files that disagree', () => {
  it.each<[string, JsonObject, TokenizerSources, string]>([
    [
      'on a token of the vocabulary',
      { added_tokens_decoder: { 9: token('hi') } },
      {},
      'expected one id for the token "hi", found 256 (the vocabulary of tokenizer.json) and 9 (tokenizer_config.json: added_tokens_decoder)',
    ],
    [
      'on an added token',
      { added_tokens_decoder: { 259: token('<a>') } },
      {},
      'found 257 (tokenizer.json: added_tokens) and 259 (tokenizer_config.json: added_tokens_decoder)',
    ],
    [
      'with each other, beside tokenizer.json',
      { added_tokens_decoder: { 258: token('<b>') } },
      { addedTokens: { '<b>': 259 } },
      'found 258 (tokenizer_config.json: added_tokens_decoder) and 259 (added_tokens.json)',
    ],
    [
      'on whose an id is',
      { added_tokens_decoder: { 256: token('<b>') } },
      {},
      'tokenizer_config.json: added_tokens_decoder: expected an id of its own for "<b>", got 256, which is "hi" in tokenizer.json',
    ],
    [
      'by a gap, which the libraries close',
      {},
      { addedTokens: { '<b>': 300 } },
      'added_tokens.json: expected the id 258 for "<b>", the next one that tokenizer.json leaves free, got 300',
    ],
    [
      'on what an id is',
      {},
      { addedTokens: { '<b>': '258' } },
      'added_tokens.json: expected ids from 0 to 16777216, got "258"',
    ],
    [
      'on what a token is',
      { added_tokens_decoder: { 258: 'x' } },
      {},
      'tokenizer_config.json: added_tokens_decoder[258]: expected a "content" of 1 to 4096 characters',
    ],
    [
      'on what tokens are',
      { added_tokens_decoder: [] },
      {},
      'expected an object of tokens by id, got a list',
    ],
    [
      'on what a name is',
      { eos_token: 5 },
      {},
      'tokenizer_config.json: eos_token: expected a "content" of 1 to 4096 characters',
    ],
  ])('%s', (_, config, sources, message) => {
    const make = () => tokenizerOf(config, sources, [{ id: 257, ...token('<a>') }]);
    expect(make).toThrow(TokenizationError);
    expect(make).toThrow(message);
  });
});

describe('special_tokens_map.json', () => {
  const map = { eos_token: { content: 'hi' }, bos_token: 'h', additional_special_tokens: ['<b>', '<a>'] };

  it('counts before an old config', () => {
    const config = { eos_token: 'i', additional_special_tokens: ['<a>'] };
    const tokenizer = tokenizerOf(config, { specialTokensMap: map });
    expect([tokenizer.bosToken, tokenizer.eosToken]).toEqual(['h', 'hi']);
    expect(idsOf(tokenizer, '<a><b>')).toEqual([257, 258]);
    expect(tokenizer.warnings).toEqual([
      'eos_token is "i" in tokenizer_config.json and "hi" in special_tokens_map.json; "hi" is used, as in Hugging Face\'s libraries',
    ]);
    expect(tokenizer.toObjects().tokenizerConfig).toMatchObject({
      additional_special_tokens: ['<a>', '<b>'],
      bos_token: 'h',
      eos_token: { content: 'hi' },
    });
  });

  it('adds to a new one, and says where they differ', () => {
    const config = { eos_token: 'i', added_tokens_decoder: {} };
    const tokenizer = tokenizerOf(config, { specialTokensMap: map });
    expect([tokenizer.bosToken, tokenizer.eosToken]).toEqual(['h', 'i']);
    expect(tokenizer.warnings).toEqual([expect.stringContaining('"i" is used')]);
  });
});
