import { sizeOf } from '../shape.js';
import type { Shape } from '../types.js';

/** Element (i, j, ...) of the result is x[offset + i * strides[0] + j * strides[1] + ...]. For references only. */
export function readStrided(
  x: Float64Array,
  shape: Shape,
  strides: readonly number[],
  offset = 0,
): Float64Array {
  const y = new Float64Array(sizeOf(shape));
  for (let i = 0; i < y.length; i++) {
    let rest = i;
    let at = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = shape[axis]!;
      at += (rest % length) * strides[axis]!;
      rest = Math.floor(rest / length);
    }
    y[i] = x[at]!;
  }
  return y;
}
