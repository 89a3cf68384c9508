import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';

export const negOperation: Operation = {
  name: 'neg',

  outputTypes([x]) {
    return [expectF32('neg', x!)];
  },

  gradient({ outputGradients: [g] }) {
    return [neg(g!)];
  },

  reference({ inputs: [x] }) {
    return [x!.map((value) => -value)];
  },
};

/** -x, element by element. */
export function neg(x: Tensor): Tensor {
  return emit(negOperation, [x], {})[0]!;
}
