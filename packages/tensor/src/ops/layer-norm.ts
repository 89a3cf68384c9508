import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { expectRowWidth } from './expect-row-width.js';
import { layerNormGradient } from './layer-norm-gradient.js';
import type { NormAttributes } from './rms-norm.js';

export const layerNormOperation: Operation<NormAttributes> = {
  name: 'layerNorm',

  outputTypes([x, weight, bias]) {
    return [expectRowWidth('layerNorm', x!, [weight!, bias!])];
  },

  gradient({ inputs: [x, weight], outputGradients: [g], attributes: { epsilon } }) {
    return layerNormGradient(x!, weight!, g!, { epsilon });
  },

  reference({ inputs: [x, weight, bias], attributes: { epsilon } }) {
    const width = weight!.length;
    const y = new Float64Array(x!.length);
    for (let start = 0; start < y.length; start += width) {
      const row = x!.subarray(start, start + width);
      const { mean, scale } = rowStatistics(row, epsilon);
      for (let c = 0; c < width; c++) {
        y[start + c] = (row[c]! - mean) * scale * weight![c]! + bias![c]!;
      }
    }
    return [y];
  },
};

/** Mean of a row and one over its standard deviation (biased variance plus epsilon). For references. */
export function rowStatistics(row: Float64Array, epsilon: number): { mean: number; scale: number } {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
  return { mean, scale: 1 / Math.sqrt(variance + epsilon) };
}

/**
 * The last axis brought to mean 0 and variance 1, times a weight, plus a bias.
 * @param x (..., C)
 * @param weight (C)
 * @param bias (C)
 * @returns (..., C)
 * @see Ba, Kiros and Hinton, 2016
 */
export function layerNorm(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  { epsilon = 1e-5 }: Partial<NormAttributes> = {},
): Tensor {
  return emit(layerNormOperation, [x, weight, bias], { epsilon })[0]!;
}
