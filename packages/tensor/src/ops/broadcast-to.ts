import { sumTo } from '../nn/sum-to.js';
import type { Operation } from '../operation.js';
import { broadcastShapes, broadcastStrides, formatShape, sameShape } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import type { Shape } from '../types.js';
import { readStrided } from './read-strided.js';
import type { ShapeAttributes } from './reshape.js';

export const broadcastToOperation: Operation<ShapeAttributes> = {
  name: 'broadcastTo',

  outputTypes([x], { shape }) {
    if (!sameShape(broadcastShapes('broadcastTo', x!.shape, shape), shape)) {
      throw new ShapeError(`broadcastTo: ${formatShape(x!.shape)} does not stretch to ${formatShape(shape)}`);
    }
    return [{ dtype: x!.dtype, shape }];
  },

  gradient({ inputs: [x], outputGradients: [g] }) {
    return [sumTo(g!, x!.shape)];
  },

  reference({ inputs: [x], inputTypes: [type], attributes: { shape } }) {
    return [readStrided(x!, shape, broadcastStrides(type!.shape, shape))];
  },
};

/**
 * x repeated along new leading axes and axes of length 1; x itself where the shape is x's.
 * @throws {ShapeError} if another axis differs
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : emit(broadcastToOperation, [x], { shape })[0]!;
}
