import { expect, test } from 'vitest';
import { modelFlops } from './model-flops.js';

const shape = {
  name: 'by hand',
  vocabSize: 10,
  numLayers: 1,
  width: 4,
  numHeads: 2,
  numKvHeads: 1,
  feedForwardWidth: 8,
  length: 3,
};

test('counts the products of one layer and the head', () => {
  const layer = 3 * (16 + 8 + 8 + 16 + 3 * 32); // q, k, v, o and three of the feed-forward, for 3 tokens
  const attention = 6 * 2 * 4; // 6 visible pairs, scores and mixing, width 4
  const head = 2 * 4 * 10; // 2 supervised tokens
  expect(modelFlops(shape, 2)).toBe(3 * 2 * (layer + attention + head));
});
