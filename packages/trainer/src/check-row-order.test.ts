import type { Batch } from '@sftkit/masking';
import { expect, test } from 'vitest';
import { checkRowOrder } from './check-row-order.js';

function batch(segmentIds: number[], positions: number[]): Batch {
  const size = segmentIds.length;
  return {
    rows: 2,
    length: size / 2,
    inputIds: new Int32Array(size),
    positions: Int32Array.from(positions),
    segmentIds: Int32Array.from(segmentIds),
    targets: new Int32Array(size),
    weights: new Float32Array(size),
    supervisedTokens: size,
    supervisedWeight: size,
    totalTokens: size,
    examples: [0],
  };
}

test('segments one after the other, and padding in any order, are fine', () => {
  expect(() => checkRowOrder(batch([0, 0, 1, 1, 0, 0, -1, -1], [0, 1, 0, 1, 0, 1, 5, 0]))).not.toThrow();
});

test('a token that stands before one it may see is refused', () => {
  expect(() => checkRowOrder(batch([0, 0, 1, 1, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1, 0, 2]))).toThrow(
    /position 0 after 1 in segment 1 \(row 1, token 2\)/,
  );
});

test('a segment in two places is refused', () => {
  expect(() => checkRowOrder(batch([0, 1, 0, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 1, 2, 3]))).toThrow(
    /side by side, found more of segment 0 \(row 0, token 2\)/,
  );
});

test('a segment longer than the trainer was told is refused', () => {
  const rows = batch([0, 0, 1, 1, 0, 0, 0, -1], [0, 1, 0, 1, 0, 1, 2, 0]);
  expect(() => checkRowOrder(rows, 3)).not.toThrow();
  expect(() => checkRowOrder(rows, 2)).toThrow(
    /at most 2 tokens, found a longer segment 0 \(row 1, token 2\)/,
  );
});
