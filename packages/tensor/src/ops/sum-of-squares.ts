import type { Operation } from '../operation.js';
import { constant, emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';
import { mul } from './mul.js';

export const sumOfSquaresOperation: Operation = {
  name: 'sumOfSquares',

  outputTypes([x]) {
    expectF32('sumOfSquares', x!);
    return [{ dtype: 'f32', shape: [] }];
  },

  gradient({ inputs: [x], outputGradients: [g] }) {
    return [mul(x!, mul(g!, constant(2)))];
  },

  reference({ inputs: [x] }) {
    return [Float64Array.of(x!.reduce((sum, value) => sum + value * value, 0))];
  },
};

/** Sum of the squares of all elements, a scalar: a tensor's part of the global norm. */
export function sumOfSquares(x: Tensor): Tensor {
  return emit(sumOfSquaresOperation, [x], {})[0]!;
}
