import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { expectRowWidth } from './expect-row-width.js';
import { rmsNormGradient } from './rms-norm-gradient.js';

export type NormAttributes = {
  /** Added to the mean square (or variance) before the root. */
  readonly epsilon: number;
};

export const rmsNormOperation: Operation<NormAttributes> = {
  name: 'rmsNorm',

  outputTypes([x, weight]) {
    return [expectRowWidth('rmsNorm', x!, [weight!])];
  },

  gradient({ inputs: [x, weight], outputGradients: [g], attributes: { epsilon } }) {
    return rmsNormGradient(x!, weight!, g!, { epsilon });
  },

  reference({ inputs: [x, weight], attributes: { epsilon } }) {
    const width = weight!.length;
    const y = new Float64Array(x!.length);
    for (let start = 0; start < y.length; start += width) {
      let squares = 0;
      for (let c = 0; c < width; c++) {
        squares += x![start + c]! ** 2;
      }
      const scale = 1 / Math.sqrt(squares / width + epsilon);
      for (let c = 0; c < width; c++) {
        y[start + c] = x![start + c]! * scale * weight![c]!;
      }
    }
    return [y];
  },
};

/**
 * x divided by the root of the mean square of its last axis, times a weight.
 * @param x (..., C)
 * @param weight (C)
 * @returns (..., C)
 * @see Zhang and Sennrich, 2019
 */
export function rmsNorm(x: Tensor, weight: Tensor, { epsilon = 1e-6 }: Partial<NormAttributes> = {}): Tensor {
  return emit(rmsNormOperation, [x, weight], { epsilon })[0]!;
}
