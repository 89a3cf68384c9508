import type { Operation } from '../operation.js';
import { formatShape, sameShape, sizeOf } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import type { Shape } from '../types.js';

export type ShapeAttributes = {
  readonly shape: Shape;
};

export const reshapeOperation: Operation<ShapeAttributes> = {
  name: 'reshape',

  outputTypes([x], { shape }) {
    if (sizeOf(shape) !== sizeOf(x!.shape)) {
      throw new ShapeError(
        `reshape: expected a shape of ${sizeOf(x!.shape)} elements like ${formatShape(x!.shape)}, got ${formatShape(shape)}`,
      );
    }
    return [{ dtype: x!.dtype, shape }];
  },

  gradient({ inputs: [x], outputGradients: [g] }) {
    return [reshape(g!, x!.shape)];
  },

  reference({ inputs: [x] }) {
    return [x!.slice()];
  },
};

/**
 * The same elements in row-major order under another shape; x itself where the shape is x's.
 * @throws {ShapeError} if the number of elements differs
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : emit(reshapeOperation, [x], { shape })[0]!;
}
