import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { expectSame } from './expect-same.js';

export const softmaxGradientOperation: Operation = {
  name: 'softmaxGradient',

  outputTypes(inputs) {
    return [expectSame('softmaxGradient', inputs)];
  },

  reference({ inputs: [y, g], inputTypes: [type] }) {
    const width = type!.shape.at(-1)!;
    const dx = new Float64Array(y!.length);
    for (let start = 0; start < dx.length; start += width) {
      let dot = 0;
      for (let i = start; i < start + width; i++) {
        dot += y![i]! * g![i]!;
      }
      for (let i = start; i < start + width; i++) {
        dx[i] = y![i]! * (g![i]! - dot);
      }
    }
    return [dx];
  },
};

/** y * (g - sum(y * g)) over the last axis; y is the softmax itself. y and g have one shape (..., S). */
export function softmaxGradient(y: Tensor, g: Tensor): Tensor {
  return emit(softmaxGradientOperation, [y, g], {})[0]!;
}
