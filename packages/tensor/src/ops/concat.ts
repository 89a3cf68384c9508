import type { Operation } from '../operation.js';
import { formatShape, normalizeAxis, sameShape, sizeOf } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import { slice } from './slice.js';

export type ConcatAttributes = {
  readonly axis: number;
};

export const concatOperation: Operation<ConcatAttributes> = {
  name: 'concat',

  outputTypes(inputs, { axis }) {
    const first = inputs[0]!;
    for (const { dtype, shape } of inputs) {
      const others = shape.length === first.shape.length && shape.with(axis, 1);
      if (dtype !== first.dtype || !others || !sameShape(others, first.shape.with(axis, 1))) {
        throw new ShapeError(
          `concat: expected tensors that differ only on axis ${axis}, got ${first.dtype} ${formatShape(first.shape)} and ${dtype} ${formatShape(shape)}`,
        );
      }
    }
    const length = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    return [{ dtype: first.dtype, shape: first.shape.with(axis, length) }];
  },

  gradient({ inputs, outputGradients: [g], attributes: { axis }, wanted }) {
    let end = 0;
    return inputs.map((input, i) => {
      const start = end;
      end += input.shape[axis]!;
      return wanted[i] ? slice(g!, axis, start, end) : undefined;
    });
  },

  reference({ inputs, inputTypes, outputTypes: [type], attributes: { axis } }) {
    const inner = sizeOf(type!.shape.slice(axis + 1));
    const outer = sizeOf(type!.shape.slice(0, axis));
    const y = new Float64Array(sizeOf(type!.shape));
    let at = 0;
    for (let i = 0; i < outer; i++) {
      for (const [input, x] of inputs.entries()) {
        const run = inputTypes[input]!.shape[axis]! * inner;
        y.set(x.subarray(i * run, (i + 1) * run), at);
        at += run;
      }
    }
    return [y];
  },
};

/**
 * Tensors one after another on one axis.
 * @throws {ShapeError} if they differ elsewhere, or there are none
 */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  if (tensors.length === 0) {
    throw new ShapeError('concat: expected at least one tensor, got none');
  }
  return emit(concatOperation, tensors, {
    axis: normalizeAxis('concat', axis, tensors[0]!.shape.length),
  })[0]!;
}
