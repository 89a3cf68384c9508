import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { expectSame } from './expect-same.js';

export const siluGradientOperation: Operation = {
  name: 'siluGradient',

  outputTypes(inputs) {
    return [expectSame('siluGradient', inputs)];
  },

  reference({ inputs: [x, g] }) {
    return [
      x!.map((value, i) => {
        const sigmoid = 1 / (1 + Math.exp(-value));
        return g![i]! * sigmoid * (1 + value * (1 - sigmoid));
      }),
    ];
  },
};

/** g times the derivative of silu at x. x and g have one shape. */
export function siluGradient(x: Tensor, g: Tensor): Tensor {
  return emit(siluGradientOperation, [x, g], {})[0]!;
}
