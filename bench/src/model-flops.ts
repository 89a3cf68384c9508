import type { BenchShape } from './shapes.js';

/**
 * Floating-point operations that a step needs, however it is computed: the matrix products forward and, twice as
 * much, backward; attention over the visible half; for supervised tokens alone the head and what follows the last
 * layer's attention. The update, norms and activations are not counted.
 */
export function modelFlops(shape: BenchShape, supervisedTokens: number): number {
  const { vocabSize, numLayers, width, numHeads, numKvHeads, feedForwardWidth, length } = shape;
  const beforeAttention = width * width * (1 + (2 * numKvHeads) / numHeads);
  const afterAttention = width * width + 3 * width * feedForwardWidth;
  const pairs = (length * (length + 1)) / 2;
  const forward =
    2 * length * numLayers * beforeAttention +
    2 * 2 * pairs * width * numLayers +
    2 * (length * (numLayers - 1) + supervisedTokens) * afterAttention +
    2 * supervisedTokens * width * vocabSize;
  return 3 * forward;
}
