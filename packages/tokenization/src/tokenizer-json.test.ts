/** Files that ask for what no table holds, or say something else than a tokenizer. */
import { describe, expect, test } from 'vitest';
import { tinyByteLevel, tinyByteLevelJson } from '../test/tiny-tokenizer.js';
import { TokenizationError } from './tokenization-error.js';
import { Tokenizer } from './tokenizer.js';

type Change = (json: ReturnType<typeof tinyByteLevelJson>) => object;

const refused = (change: Change, config: object = {}): (() => Tokenizer) => {
  const json = tinyByteLevelJson([]);
  return () => Tokenizer.fromObjects({ ...json, ...change(json) }, config);
};

describe.each([1e15, 2 ** 31 - 1, 2 ** 24 + 1, -1, 0.5, '7'])('the id %s is none', (id) => {
  const frame = { SpecialToken: { id: '<s>', type_id: 0 } };
  const files: readonly (readonly [string, Change])[] = [
    [
      'model: vocab: expected an id from 0 to 16777216',
      ({ model }) => ({ model: { ...model, vocab: { a: id } } }),
    ],
    ['added_tokens[0]: expected a "content"', () => ({ added_tokens: [{ id, content: '<s>' }] })],
    [
      'post_processor: expected special_tokens to give the ids (from 0 to 16777216) of "<s>"',
      () => ({
        post_processor: {
          type: 'TemplateProcessing',
          single: [frame],
          special_tokens: { '<s>': { ids: [id] } },
        },
      }),
    ],
    [
      'post_processor: expected [token, id], the id from 0 to 16777216',
      () => ({ post_processor: { type: 'BertProcessing', cls: ['<s>', id], sep: ['</s>', 1] } }),
    ],
    [
      'model: unk_id: expected a place in the vocabulary',
      () => ({ model: { type: 'Unigram', unk_id: id, vocab: [['a', 0]] } }),
    ],
  ];

  test.each(files)('%s', (problem, change) => {
    expect(refused(change)).toThrow(TokenizationError);
    expect(refused(change)).toThrow(`tokenizer.json: ${problem}`);
    expect(refused(change)).toThrow(JSON.stringify(id));
  });
});

test('a length is no place in a vocabulary', () => {
  const model = { type: 'Unigram', unk_id: 'length', vocab: [['a', 0]] };
  expect(refused(() => ({ model }))).toThrow('unk_id: expected a place in the vocabulary, got "length"');
});

test('what is not read is carried along, unless it could not be written again', () => {
  const deep = JSON.parse('['.repeat(5000) + ']'.repeat(5000));
  expect(refused(() => ({ version: deep }))).toThrow(
    'tokenizer.json: "version": expected at most 1000 levels, got more',
  );
});

test('a pattern that no engine compiles is shown in part', () => {
  const pattern = { String: 'x'.repeat(200_000) };
  const split = refused(() => ({ pre_tokenizer: { type: 'Split', pattern, behavior: 'Isolated' } }));
  expect(split).toThrow(/pattern: cannot be read in JavaScript: "x{300}…"$/);
});

test('a word of six million letters is an error of its text', () => {
  const long = () => tinyByteLevel([]).encode('Ж'.repeat(6_000_000));
  expect(long).toThrow(TokenizationError);
  expect(long).toThrow(/found 6000000 characters with a piece too long .*; split the text/);
});
