import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { expectRowWidth } from './expect-row-width.js';
import { expectSame } from './expect-same.js';
import { rowStatistics } from './layer-norm.js';
import type { NormAttributes } from './rms-norm.js';

export const layerNormGradientOperation: Operation<NormAttributes> = {
  name: 'layerNormGradient',

  outputTypes([x, weight, g]) {
    const type = expectRowWidth('layerNormGradient', expectSame('layerNormGradient', [x!, g!]), [weight!]);
    return [type, weight!, weight!];
  },

  reference({ inputs: [x, weight, g], attributes: { epsilon } }) {
    const width = weight!.length;
    const dx = new Float64Array(x!.length);
    const dWeight = new Float64Array(width);
    const dBias = new Float64Array(width);
    for (let start = 0; start < dx.length; start += width) {
      const row = x!.subarray(start, start + width);
      const { mean, scale } = rowStatistics(row, epsilon);
      let sum = 0;
      let dot = 0;
      for (let c = 0; c < width; c++) {
        const weighted = g![start + c]! * weight![c]!;
        sum += weighted;
        dot += weighted * (row[c]! - mean) * scale;
      }
      for (let c = 0; c < width; c++) {
        const normalized = (row[c]! - mean) * scale;
        dx[start + c] = scale * (g![start + c]! * weight![c]! - sum / width - (normalized * dot) / width);
        dWeight[c]! += g![start + c]! * normalized;
        dBias[c]! += g![start + c]!;
      }
    }
    return [dx, dWeight, dBias];
  },
};

/**
 * Gradients of `layerNorm` for an output gradient g, recomputing the norm from x.
 * @param x (..., C)
 * @param weight (C)
 * @param g (..., C)
 * @returns by x (..., C), by weight (C) and by bias (C)
 */
export function layerNormGradient(
  x: Tensor,
  weight: Tensor,
  g: Tensor,
  { epsilon }: NormAttributes,
): [Tensor, Tensor, Tensor] {
  const [dx, dWeight, dBias] = emit(layerNormGradientOperation, [x, weight, g], { epsilon });
  return [dx!, dWeight!, dBias!];
}
