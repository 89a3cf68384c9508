import { sumTo } from '../nn/sum-to.js';
import type { Operation } from '../operation.js';
import { broadcastShapes } from '../shape.js';
import { emit, type Tensor } from '../trace.js';
import { combineElements } from './combine-elements.js';
import { expectF32 } from './expect-f32.js';

export const mulOperation: Operation = {
  name: 'mul',

  outputTypes([a, b]) {
    const shape = broadcastShapes('mul', expectF32('mul', a!).shape, expectF32('mul', b!).shape);
    return [{ dtype: 'f32', shape }];
  },

  gradient({ inputs: [a, b], outputGradients: [g], wanted }) {
    return [
      wanted[0] ? sumTo(mul(g!, b!), a!.shape) : undefined,
      wanted[1] ? sumTo(mul(g!, a!), b!.shape) : undefined,
    ];
  },

  reference(call) {
    return combineElements(call, (a, b) => a * b);
  },
};

/**
 * a * b, element by element; shapes broadcast as in NumPy.
 * @throws {ShapeError} if the shapes do not broadcast
 */
export function mul(a: Tensor, b: Tensor): Tensor {
  return emit(mulOperation, [a, b], {})[0]!;
}
