import type { Operation } from '../operation.js';
import { formatShape, normalizeAxis, stridesOf } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import { pad } from './pad.js';
import { readStrided } from './read-strided.js';

export type SliceAttributes = {
  readonly axis: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
};

export const sliceOperation: Operation<SliceAttributes> = {
  name: 'slice',

  outputTypes([x], { axis, start, end }) {
    const length = x!.shape[axis]!;
    if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= length)) {
      throw new ShapeError(
        `slice: expected 0 <= start < end <= ${length} on axis ${axis} of ${formatShape(x!.shape)}, got ${start} to ${end}`,
      );
    }
    return [{ dtype: x!.dtype, shape: x!.shape.with(axis, end - start) }];
  },

  gradient({ inputs: [x], outputGradients: [g], attributes: { axis, start, end } }) {
    return [pad(g!, axis, start, x!.shape[axis]! - end)];
  },

  reference({ inputs: [x], inputTypes: [type], outputTypes: [result], attributes: { axis, start } }) {
    const strides = stridesOf(type!.shape);
    return [readStrided(x!, result!.shape, strides, start * strides[axis]!)];
  },
};

/**
 * Elements start to end (exclusive) of one axis.
 * @throws {ShapeError} if the range is empty or outside the axis
 */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  return emit(sliceOperation, [x], { axis: normalizeAxis('slice', axis, x.shape.length), start, end })[0]!;
}
