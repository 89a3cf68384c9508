import { describe, expect, test } from 'vitest';
import { readLlama2cCheckpoint } from '../../../tools/convert/llama2c-checkpoint.js';
import { readLlama2cTokenizer } from '../../../tools/convert/llama2c-tokenizer.js';

/** Width 4, feed-forward 3, 1 layer, 1 head of width 4, vocabulary 2, context 5. */
const HEADER = { width: 4, feedForward: 3, layers: 1, heads: 1, kvHeads: 1, vocabulary: 2, context: 5 };
const TIED_FLOATS = 2 * 4 + 4 + 4 * 16 + 4 + 3 * 12 + 4 + 5 * 4;

/** A checkpoint whose floats count up from 0. */
function checkpoint(floats: number, header: Partial<typeof HEADER> = {}): Uint8Array {
  const numbers = Int32Array.from(Object.values({ ...HEADER, ...header }));
  const values = Float32Array.from({ length: floats }, (_, index) => index);
  const bytes = new Uint8Array(28 + floats * 4);
  bytes.set(new Uint8Array(numbers.buffer));
  bytes.set(new Uint8Array(values.buffer), 28);
  return bytes;
}

describe('readLlama2cCheckpoint', () => {
  test('rows of q and k go from interleaved pairs to half-split ones, those of v stay', () => {
    const { config, weights } = readLlama2cCheckpoint(checkpoint(TIED_FLOATS));
    expect(config).toMatchObject({ family: 'llama', width: 4, maxPositions: 5, tieWordEmbeddings: true });
    const firstOfRows = (name: string) =>
      [0, 4, 8, 12].map((at) => weights.get(`model.layers.0.self_attn.${name}_proj.weight`)![at]);
    expect(firstOfRows('q')).toEqual([12, 20, 16, 24]);
    expect(firstOfRows('k')).toEqual([28, 36, 32, 40]);
    expect(firstOfRows('v')).toEqual([44, 48, 52, 56]);
    expect(weights.get('model.layers.0.mlp.gate_proj.weight')![0]).toBe(80);
    expect(weights.get('model.layers.0.mlp.down_proj.weight')![0]).toBe(92);
    expect(weights.get('model.layers.0.mlp.up_proj.weight')![0]).toBe(104);
    expect([...weights.get('model.norm.weight')!]).toEqual([116, 117, 118, 119]);
  });

  test('a negative vocabulary size: the head is stored behind the skipped tables', () => {
    const { config, weights } = readLlama2cCheckpoint(checkpoint(TIED_FLOATS + 8, { vocabulary: -2 }));
    expect(config).toMatchObject({ vocabSize: 2, tieWordEmbeddings: false });
    expect(weights.get('lm_head.weight')![0]).toBe(140);
  });

  test.each<[string, Uint8Array, string]>([
    ['a file without a header', new Uint8Array(9), 'got 9 bytes; the file is truncated'],
    ['another header', checkpoint(TIED_FLOATS, { heads: 3 }), 'expected a version 0 header'],
    ['a truncated file', checkpoint(50), 'the file is truncated'],
    ['a longer file', checkpoint(TIED_FLOATS + 1), 'this is no version 0 checkpoint'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readLlama2cCheckpoint(bytes)).toThrow(message);
  });
});

describe('readLlama2cTokenizer', () => {
  /** The control tokens, the bytes, then these pieces. */
  function tokenizer(pieces: readonly (readonly [string, number])[]): Uint8Array {
    const bytes = Array.from(
      { length: 256 },
      (_, byte) => [`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, 0] as const,
    );
    const all = [
      ['<unk>', 0] as const,
      ['\n<s>\n', 0] as const,
      ['\n</s>\n', 0] as const,
      ...bytes,
      ...pieces,
    ];
    const encoder = new TextEncoder();
    return Uint8Array.from([
      ...new Uint8Array(Int32Array.of(9).buffer),
      ...all.flatMap(([text, score]) => {
        const utf8 = encoder.encode(text);
        return [
          ...new Uint8Array(Float32Array.of(score).buffer),
          ...new Uint8Array(Int32Array.of(utf8.length).buffer),
          ...utf8,
        ];
      }),
    ]);
  }
  const pieces = [
    [' a', -2],
    ['aab', -3],
    ['ab', -1],
    [' ', -9],
    ['a', -9],
    ['b', -9],
    ['aa', -4],
  ] as const;
  const read = (count: number) =>
    readLlama2cTokenizer(tokenizer(pieces), { vocabSize: 259 + count, maxPositions: 5 });

  test('every way to put a piece together is a merge, in the order of the scores', () => {
    const { model, added_tokens: added } = read(7)['tokenizer.json'] as {
      model: { vocab: Record<string, number>; merges: [string, string][] };
      added_tokens: { id: number; content: string }[];
    };
    expect(model.merges).toEqual([
      ['a', 'b'],
      ['\u2581', 'a'],
      ['a', 'ab'],
      ['aa', 'b'],
      ['a', 'a'],
    ]);
    expect(model.vocab).toMatchObject({
      '<unk>': 0,
      '<s>': 1,
      '</s>': 2,
      '<0x00>': 3,
      '<0xFF>': 258,
      '\u2581a': 259,
    });
    expect(added.map(({ id, content }) => [id, content])).toEqual([
      [0, '<unk>'],
      [1, '<s>'],
      [2, '</s>'],
    ]);
  });

  test('a tokenizer of another model is refused', () => {
    expect(() => read(6)).toThrow('expected 265 pieces, the file has more');
    expect(() => read(8)).toThrow('expected 267 pieces, the file ends at piece 266');
  });
});
