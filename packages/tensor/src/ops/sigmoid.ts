import type { Operation } from '../operation.js';
import { constant, emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';
import { mul } from './mul.js';
import { sub } from './sub.js';

export const sigmoidOperation: Operation = {
  name: 'sigmoid',

  outputTypes([x]) {
    return [expectF32('sigmoid', x!)];
  },

  gradient({ outputs: [y], outputGradients: [g] }) {
    return [mul(g!, mul(y!, sub(constant(1), y!)))];
  },

  reference({ inputs: [x] }) {
    return [x!.map((value) => 1 / (1 + Math.exp(-value)))];
  },
};

/** 1 / (1 + e^-x), element by element. */
export function sigmoid(x: Tensor): Tensor {
  return emit(sigmoidOperation, [x], {})[0]!;
}
