import { IGNORE_INDEX, type MaskedExample } from './types.js';

/**
 * Tokens with the weight of each, as an example. A token of weight 0 is not supervised, and neither is the
 * first one: nothing stands before it to predict it from.
 * @param inputIds (N)
 * @param weights (N), at least 0; becomes the example's own
 */
export function labelTokens(inputIds: Int32Array, weights: Float32Array): MaskedExample {
  weights[0] = 0;
  const labels = new Int32Array(inputIds.length).fill(IGNORE_INDEX);
  let supervisedTokens = 0;
  for (let t = 1; t < inputIds.length; t++) {
    if (weights[t] === 0) continue;
    labels[t] = inputIds[t]!;
    supervisedTokens += 1;
  }
  return { inputIds, labels, weights, supervisedTokens };
}
