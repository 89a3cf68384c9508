import type { Operation } from '../operation.js';
import { normalizeAxis, sizeOf } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import { slice } from './slice.js';

export type PadAttributes = {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
};

export const padOperation: Operation<PadAttributes> = {
  name: 'pad',

  outputTypes([x], { axis, before, after }) {
    if (!(Number.isInteger(before) && Number.isInteger(after) && before >= 0 && after >= 0)) {
      throw new ShapeError(
        `pad: expected whole lengths of at least 0, got ${before} and ${after}; use slice to cut`,
      );
    }
    return [{ dtype: x!.dtype, shape: x!.shape.with(axis, before + x!.shape[axis]! + after) }];
  },

  gradient({ inputs: [x], outputGradients: [g], attributes: { axis, before } }) {
    return [slice(g!, axis, before, before + x!.shape[axis]!)];
  },

  reference({ inputs: [x], inputTypes: [type], outputTypes: [result], attributes: { axis, before } }) {
    const inner = sizeOf(type!.shape.slice(axis + 1));
    const run = type!.shape[axis]! * inner;
    const paddedRun = result!.shape[axis]! * inner;
    const y = new Float64Array(sizeOf(result!.shape));
    for (let i = 0; i < x!.length / run; i++) {
      y.set(x!.subarray(i * run, (i + 1) * run), i * paddedRun + before * inner);
    }
    return [y];
  },
};

/** Zeros before and after x on one axis. */
export function pad(x: Tensor, axis: number, before: number, after: number): Tensor {
  return emit(padOperation, [x], { axis: normalizeAxis('pad', axis, x.shape.length), before, after })[0]!;
}
