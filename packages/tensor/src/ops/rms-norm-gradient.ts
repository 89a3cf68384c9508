import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { expectRowWidth } from './expect-row-width.js';
import { expectSame } from './expect-same.js';
import type { NormAttributes } from './rms-norm.js';

export const rmsNormGradientOperation: Operation<NormAttributes> = {
  name: 'rmsNormGradient',

  outputTypes([x, weight, g]) {
    return [expectRowWidth('rmsNormGradient', expectSame('rmsNormGradient', [x!, g!]), [weight!]), weight!];
  },

  reference({ inputs: [x, weight, g], attributes: { epsilon } }) {
    const width = weight!.length;
    const dx = new Float64Array(x!.length);
    const dWeight = new Float64Array(width);
    for (let start = 0; start < dx.length; start += width) {
      let squares = 0;
      let dot = 0;
      for (let c = 0; c < width; c++) {
        squares += x![start + c]! ** 2;
        dot += x![start + c]! * g![start + c]! * weight![c]!;
      }
      const scale = 1 / Math.sqrt(squares / width + epsilon);
      for (let c = 0; c < width; c++) {
        const i = start + c;
        dx[i] = scale * (g![i]! * weight![c]! - (x![i]! * scale * scale * dot) / width);
        dWeight[c]! += g![i]! * x![i]! * scale;
      }
    }
    return [dx, dWeight];
  },
};

/**
 * Gradients of `rmsNorm` for an output gradient g, recomputing the norm from x.
 * @param x (..., C)
 * @param weight (C)
 * @param g (..., C)
 * @returns by x (..., C) and by weight (C)
 */
export function rmsNormGradient(
  x: Tensor,
  weight: Tensor,
  g: Tensor,
  { epsilon }: NormAttributes,
): [Tensor, Tensor] {
  const [dx, dWeight] = emit(rmsNormGradientOperation, [x, weight, g], { epsilon });
  return [dx!, dWeight!];
}
