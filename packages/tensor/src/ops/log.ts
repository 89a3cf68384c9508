import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { div } from './div.js';
import { expectF32 } from './expect-f32.js';

export const logOperation: Operation = {
  name: 'log',

  outputTypes([x]) {
    return [expectF32('log', x!)];
  },

  gradient({ inputs: [x], outputGradients: [g] }) {
    return [div(g!, x!)];
  },

  reference({ inputs: [x] }) {
    return [x!.map((value) => Math.log(value))];
  },
};

/** Natural logarithm, element by element; x > 0. */
export function log(x: Tensor): Tensor {
  return emit(logOperation, [x], {})[0]!;
}
