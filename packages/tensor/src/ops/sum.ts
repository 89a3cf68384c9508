import type { Operation } from '../operation.js';
import { normalizeAxis, sizeOf } from '../shape.js';
import { emit, type Tensor } from '../trace.js';
import { broadcastTo } from './broadcast-to.js';
import { expectF32 } from './expect-f32.js';
import { reshape } from './reshape.js';

export type SumAttributes = {
  /** Counted from the front. */
  readonly axis: number;
  /** Keep the summed axis with length 1. */
  readonly keepDims: boolean;
};

export const sumOperation: Operation<SumAttributes> = {
  name: 'sum',

  outputTypes([x], { axis, keepDims }) {
    const { shape } = expectF32('sum', x!);
    return [
      { dtype: 'f32', shape: [...shape.slice(0, axis), ...(keepDims ? [1] : []), ...shape.slice(axis + 1)] },
    ];
  },

  gradient({ inputs: [x], outputGradients: [g], attributes: { axis, keepDims } }) {
    const kept = keepDims ? g! : reshape(g!, x!.shape.with(axis, 1));
    return [broadcastTo(kept, x!.shape)];
  },

  reference({ inputs: [x], inputTypes: [type], attributes: { axis } }) {
    const length = type!.shape[axis]!;
    const inner = sizeOf(type!.shape.slice(axis + 1));
    const y = new Float64Array(x!.length / length);
    for (let i = 0; i < y.length; i++) {
      const start = Math.floor(i / inner) * length * inner + (i % inner);
      for (let k = 0; k < length; k++) {
        y[i]! += x![start + k * inner]!;
      }
    }
    return [y];
  },
};

/**
 * Sum over one axis, or over everything.
 * @param axis negative counts from the end; absent: the sum of all elements, a scalar (with `keepDims`, all axes 1)
 * @throws {ShapeError} if the axis does not exist
 */
export function sum(
  x: Tensor,
  axis?: number,
  { keepDims = false }: { readonly keepDims?: boolean } = {},
): Tensor {
  if (axis === undefined) {
    const total = emit(sumOperation, [reshape(x, [sizeOf(x.shape)])], { axis: 0, keepDims: false })[0]!;
    return keepDims
      ? reshape(
          total,
          x.shape.map(() => 1),
        )
      : total;
  }
  return emit(sumOperation, [x], { axis: normalizeAxis('sum', axis, x.shape.length), keepDims })[0]!;
}
