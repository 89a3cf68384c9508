import { describe, expect, test } from 'vitest';
import { tinyConfig } from '../test/tiny-config.js';
import { resizeEmbedding } from './resize-embedding.js';

const EMBEDDING = 'model.embed_tokens.weight';
const config = tinyConfig({ vocabSize: 3, width: 2 });
const rows = (table: Float32Array | undefined) =>
  Array.from({ length: table!.length / 2 }, (_, id) => [...table!.slice(id * 2, id * 2 + 2)]);

describe('resizeEmbedding', () => {
  test('new rows are the mean of the old ones', () => {
    const table = Float32Array.of(1, 10, 2, 20, 6, 60);
    const norm = Float32Array.of(1, 1);
    const weights = new Map([
      [EMBEDDING, table],
      ['model.norm.weight', norm],
    ]);
    const resized = resizeEmbedding(weights, config, [3, 4]);
    expect(resized.config).toEqual({ ...config, vocabSize: 5 });
    expect(rows(resized.weights.get(EMBEDDING))).toEqual([
      [1, 10],
      [2, 20],
      [6, 60],
      [3, 30],
      [3, 30],
    ]);
    expect(resized.weights.get('model.norm.weight')).toBe(norm);
    expect(table).toHaveLength(6);
  });

  test('a new token inside the padding of an embedding gets the mean, and padding is no part of it', () => {
    const weights = new Map([[EMBEDDING, Float32Array.of(1, 10, 3, 30, 99, 99)]]);
    const resized = resizeEmbedding(weights, config, [2]);
    expect(resized.config.vocabSize).toBe(3);
    expect(rows(resized.weights.get(EMBEDDING))).toEqual([
      [1, 10],
      [3, 30],
      [2, 20],
    ]);
  });

  test('new tokens from inside the padding to past its end', () => {
    const weights = new Map([[EMBEDDING, Float32Array.of(1, 10, 3, 30, 99, 99)]]);
    const resized = resizeEmbedding(weights, config, [2, 3]);
    expect(resized.config.vocabSize).toBe(4);
    expect(rows(resized.weights.get(EMBEDDING))).toEqual([
      [1, 10],
      [3, 30],
      [2, 20],
      [2, 20],
    ]);
  });

  test('an untied head grows as well', () => {
    const weights = new Map([
      [EMBEDDING, Float32Array.of(1, 1, 1, 1, 1, 1)],
      ['lm_head.weight', Float32Array.of(0, 0, 3, 0, 0, 6)],
    ]);
    expect(rows(resizeEmbedding(weights, config, [3]).weights.get('lm_head.weight'))[3]).toEqual([1, 2]);
  });

  test.each([
    [[], 'got none'],
    [[3, -1], 'got -1'],
    [[0], 'got 0'],
  ])('refuses %j', (ids, message) => {
    expect(() => resizeEmbedding(new Map(), config, ids)).toThrow(message);
  });
});
