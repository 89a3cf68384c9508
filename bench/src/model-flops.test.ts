import { expect, test } from 'vitest';
import { modelFlops } from './model-flops.js';

const shape = {
  name: 'by hand',
  vocabSize: 10,
  numLayers: 2,
  width: 4,
  numHeads: 2,
  numKvHeads: 1,
  feedForwardWidth: 8,
  length: 3,
};

test('counts the products of the layers and the head', () => {
  const [queriesKeysValues, rest] = [16 + 8 + 8, 16 + 3 * 32]; // the rest: o and three of the feed-forward
  const first = 3 * (queriesKeysValues + rest); // 3 tokens
  const last = 3 * queriesKeysValues + 2 * rest; // of which 2 are supervised
  const attention = 6 * 2 * 4; // 6 visible pairs, scores and mixing, width 4
  const head = 2 * 4 * 10;
  expect(modelFlops(shape, 2)).toBe(3 * 2 * (first + last + 2 * attention + head));
});
