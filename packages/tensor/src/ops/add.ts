import { sumTo } from '../nn/sum-to.js';
import type { Operation } from '../operation.js';
import { broadcastShapes } from '../shape.js';
import { emit, type Tensor } from '../trace.js';
import { combineElements } from './combine-elements.js';
import { expectF32 } from './expect-f32.js';

export const addOperation: Operation = {
  name: 'add',

  outputTypes([a, b]) {
    const shape = broadcastShapes('add', expectF32('add', a!).shape, expectF32('add', b!).shape);
    return [{ dtype: 'f32', shape }];
  },

  gradient({ inputs: [a, b], outputGradients: [g], wanted }) {
    return [wanted[0] ? sumTo(g!, a!.shape) : undefined, wanted[1] ? sumTo(g!, b!.shape) : undefined];
  },

  reference(call) {
    return combineElements(call, (a, b) => a + b);
  },
};

/**
 * a + b, element by element; shapes broadcast as in NumPy.
 * @throws {ShapeError} if the shapes do not broadcast
 */
export function add(a: Tensor, b: Tensor): Tensor {
  return emit(addOperation, [a, b], {})[0]!;
}
