import type { BenchShape } from './shapes.js';

/**
 * Floating-point operations that a step needs, however it is computed: the matrix products forward and, twice as
 * much, backward; attention over the visible half; the head for supervised tokens alone. The update, norms
 * and activations are not counted.
 */
export function modelFlops(shape: BenchShape, supervisedTokens: number): number {
  const { vocabSize, numLayers, width, numHeads, numKvHeads, feedForwardWidth, length } = shape;
  const projections = width * width * (2 + (2 * numKvHeads) / numHeads) + 3 * width * feedForwardWidth;
  const pairs = (length * (length + 1)) / 2;
  const forward =
    2 * length * numLayers * projections +
    2 * 2 * pairs * width * numLayers +
    2 * supervisedTokens * width * vocabSize;
  return 3 * forward;
}
