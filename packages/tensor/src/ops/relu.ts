import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';
import { expectSame } from './expect-same.js';

export const reluOperation: Operation = {
  name: 'relu',

  outputTypes([x]) {
    return [expectF32('relu', x!)];
  },

  gradient({ inputs: [x], outputGradients: [g] }) {
    return [emit(reluGradientOperation, [x!, g!], {})[0]];
  },

  reference({ inputs: [x] }) {
    return [x!.map((value) => Math.max(value, 0))];
  },
};

/** g where x is above 0, and 0 elsewhere, also at 0. */
export const reluGradientOperation: Operation = {
  name: 'reluGradient',

  outputTypes(inputs) {
    return [expectSame('reluGradient', inputs)];
  },

  reference({ inputs: [x, g] }) {
    return [x!.map((value, i) => (value > 0 ? g![i]! : 0))];
  },
};

/** max(x, 0), element by element. Its derivative at 0 is taken as 0. @see Nair and Hinton, 2010 */
export function relu(x: Tensor): Tensor {
  return emit(reluOperation, [x], {})[0]!;
}
