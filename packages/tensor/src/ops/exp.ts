import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';
import { mul } from './mul.js';

export const expOperation: Operation = {
  name: 'exp',

  outputTypes([x]) {
    return [expectF32('exp', x!)];
  },

  gradient({ outputs: [y], outputGradients: [g] }) {
    return [mul(g!, y!)];
  },

  reference({ inputs: [x] }) {
    return [x!.map((value) => Math.exp(value))];
  },
};

/** e to the power of x, element by element. */
export function exp(x: Tensor): Tensor {
  return emit(expOperation, [x], {})[0]!;
}
