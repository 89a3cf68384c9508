import type { Operation } from '../operation.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';
import { softmaxGradient } from './softmax-gradient.js';

export const softmaxOperation: Operation = {
  name: 'softmax',

  outputTypes([x]) {
    const type = expectF32('softmax', x!);
    if (type.shape.length === 0) {
      throw new ShapeError('softmax: expected at least one axis, got a scalar');
    }
    return [type];
  },

  gradient({ outputs: [y], outputGradients: [g] }) {
    return [softmaxGradient(y!, g!)];
  },

  reference({ inputs: [x], inputTypes: [type] }) {
    const width = type!.shape.at(-1)!;
    const y = new Float64Array(x!.length);
    for (let start = 0; start < y.length; start += width) {
      const row = x!.subarray(start, start + width);
      const max = row.reduce((a, b) => Math.max(a, b));
      const powers = row.map((value) => Math.exp(value - max));
      const sum = powers.reduce((a, b) => a + b);
      y.set(
        powers.map((power) => power / sum),
        start,
      );
    }
    return [y];
  },
};

/** e^x divided by its sum over the last axis. x (..., S) -> (..., S). */
export function softmax(x: Tensor): Tensor {
  return emit(softmaxOperation, [x], {})[0]!;
}
