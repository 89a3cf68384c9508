import type { Operation } from '../operation.js';
import { formatShape, stridesOf } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import { readStrided } from './read-strided.js';

export type TransposeAttributes = {
  /** Axis i of the result is axis permutation[i] of x. */
  readonly permutation: readonly number[];
};

export const transposeOperation: Operation<TransposeAttributes> = {
  name: 'transpose',

  outputTypes([x], { permutation }) {
    const axes = [...permutation].sort((a, b) => a - b);
    if (axes.length !== x!.shape.length || axes.some((axis, i) => axis !== i)) {
      throw new ShapeError(
        `transpose: expected every axis of ${formatShape(x!.shape)} once, got permutation ${formatShape(permutation)}`,
      );
    }
    return [{ dtype: x!.dtype, shape: permutation.map((axis) => x!.shape[axis]!) }];
  },

  gradient({ outputGradients: [g], attributes: { permutation } }) {
    return [
      transpose(
        g!,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
    ];
  },

  reference({ inputs: [x], inputTypes: [type], outputTypes: [result], attributes: { permutation } }) {
    const strides = stridesOf(type!.shape);
    return [
      readStrided(
        x!,
        result!.shape,
        permutation.map((axis) => strides[axis]!),
      ),
    ];
  },
};

/**
 * The axes in another order.
 * @param permutation axis i of the result is axis permutation[i] of x
 * @throws {ShapeError} if it is no permutation of x's axes
 */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  return emit(transposeOperation, [x], { permutation })[0]!;
}
