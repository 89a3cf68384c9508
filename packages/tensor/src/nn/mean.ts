import { mul } from '../ops/mul.js';
import { sum } from '../ops/sum.js';
import { normalizeAxis, sizeOf } from '../shape.js';
import { constant, type Tensor } from '../trace.js';

/** Arithmetic mean over one axis, or of all elements; axis and `keepDims` as in `sum`. */
export function mean(x: Tensor, axis?: number, options: { readonly keepDims?: boolean } = {}): Tensor {
  const count = axis === undefined ? sizeOf(x.shape) : x.shape[normalizeAxis('mean', axis, x.shape.length)]!;
  return mul(sum(x, axis, options), constant(1 / count));
}
