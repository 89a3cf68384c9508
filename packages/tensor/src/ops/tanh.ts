import type { Operation } from '../operation.js';
import { constant, emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';
import { mul } from './mul.js';
import { sub } from './sub.js';

export const tanhOperation: Operation = {
  name: 'tanh',

  outputTypes([x]) {
    return [expectF32('tanh', x!)];
  },

  gradient({ outputs: [y], outputGradients: [g] }) {
    return [mul(g!, sub(constant(1), mul(y!, y!)))];
  },

  reference({ inputs: [x] }) {
    return [x!.map((value) => Math.tanh(value))];
  },
};

/** Hyperbolic tangent, element by element. */
export function tanh(x: Tensor): Tensor {
  return emit(tanhOperation, [x], {})[0]!;
}
