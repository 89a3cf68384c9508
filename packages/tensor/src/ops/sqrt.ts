import type { Operation } from '../operation.js';
import { constant, emit, type Tensor } from '../trace.js';
import { div } from './div.js';
import { expectF32 } from './expect-f32.js';
import { mul } from './mul.js';

export const sqrtOperation: Operation = {
  name: 'sqrt',

  outputTypes([x]) {
    return [expectF32('sqrt', x!)];
  },

  gradient({ outputs: [y], outputGradients: [g] }) {
    return [div(mul(g!, constant(0.5)), y!)];
  },

  reference({ inputs: [x] }) {
    return [x!.map((value) => Math.sqrt(value))];
  },
};

/** Square root, element by element; x >= 0, and x > 0 where it is differentiated. */
export function sqrt(x: Tensor): Tensor {
  return emit(sqrtOperation, [x], {})[0]!;
}
