import { sumTo } from '../nn/sum-to.js';
import type { Operation } from '../operation.js';
import { broadcastShapes } from '../shape.js';
import { emit, type Tensor } from '../trace.js';
import { combineElements } from './combine-elements.js';
import { expectF32 } from './expect-f32.js';
import { neg } from './neg.js';

export const subOperation: Operation = {
  name: 'sub',

  outputTypes([a, b]) {
    const shape = broadcastShapes('sub', expectF32('sub', a!).shape, expectF32('sub', b!).shape);
    return [{ dtype: 'f32', shape }];
  },

  gradient({ inputs: [a, b], outputGradients: [g], wanted }) {
    return [wanted[0] ? sumTo(g!, a!.shape) : undefined, wanted[1] ? sumTo(neg(g!), b!.shape) : undefined];
  },

  reference(call) {
    return combineElements(call, (a, b) => a - b);
  },
};

/**
 * a - b, element by element; shapes broadcast as in NumPy.
 * @throws {ShapeError} if the shapes do not broadcast
 */
export function sub(a: Tensor, b: Tensor): Tensor {
  return emit(subOperation, [a, b], {})[0]!;
}
