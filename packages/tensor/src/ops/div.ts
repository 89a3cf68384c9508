import { sumTo } from '../nn/sum-to.js';
import type { Operation } from '../operation.js';
import { broadcastShapes } from '../shape.js';
import { emit, type Tensor } from '../trace.js';
import { combineElements } from './combine-elements.js';
import { expectF32 } from './expect-f32.js';
import { mul } from './mul.js';
import { neg } from './neg.js';

export const divOperation: Operation = {
  name: 'div',

  outputTypes([a, b]) {
    const shape = broadcastShapes('div', expectF32('div', a!).shape, expectF32('div', b!).shape);
    return [{ dtype: 'f32', shape }];
  },

  gradient({ inputs: [a, b], outputs: [y], outputGradients: [g], wanted }) {
    return [
      wanted[0] ? sumTo(div(g!, b!), a!.shape) : undefined,
      wanted[1] ? sumTo(neg(div(mul(g!, y!), b!)), b!.shape) : undefined,
    ];
  },

  reference(call) {
    return combineElements(call, (a, b) => a / b);
  },
};

/**
 * a / b, element by element; shapes broadcast as in NumPy.
 * @throws {ShapeError} if the shapes do not broadcast
 */
export function div(a: Tensor, b: Tensor): Tensor {
  return emit(divOperation, [a, b], {})[0]!;
}
