import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';
import { siluGradient } from './silu-gradient.js';

export const siluOperation: Operation = {
  name: 'silu',

  outputTypes([x]) {
    return [expectF32('silu', x!)];
  },

  gradient({ inputs: [x], outputGradients: [g] }) {
    return [siluGradient(x!, g!)];
  },

  reference({ inputs: [x] }) {
    return [x!.map((value) => value / (1 + Math.exp(-value)))];
  },
};

/** x * sigmoid(x), element by element. @see Elfwing et al., 2017 */
export function silu(x: Tensor): Tensor {
  return emit(siluOperation, [x], {})[0]!;
}
