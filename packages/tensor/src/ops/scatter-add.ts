import type { Operation } from '../operation.js';
import { formatShape, sameShape } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';
import { expectRow, gather } from './gather.js';

export type ScatterAddAttributes = {
  /** Rows of the result. */
  readonly rows: number;
};

export const scatterAddOperation: Operation<ScatterAddAttributes> = {
  name: 'scatterAdd',

  outputTypes([updates, ids], { rows }) {
    const { shape } = expectF32('scatterAdd', updates!);
    if (shape.length === 0 || ids!.dtype !== 'i32' || !sameShape(shape.slice(0, -1), ids!.shape)) {
      throw new ShapeError(
        `scatterAdd: expected updates (..., C) and i32 ids (...), got ${formatShape(shape)} and ${ids!.dtype} ${formatShape(ids!.shape)}`,
      );
    }
    return [{ dtype: 'f32', shape: [rows, shape.at(-1)!] }];
  },

  gradient({ inputs: [, ids], outputGradients: [g] }) {
    return [gather(g!, ids!)];
  },

  reference({ inputs: [updates, ids], outputTypes: [type] }) {
    const [rows, width] = type!.shape as [number, number];
    const y = new Float64Array(rows * width);
    for (const [i, id] of ids!.entries()) {
      expectRow('scatterAdd', id, rows);
      for (let c = 0; c < width; c++) {
        y[id * width + c]! += updates![i * width + c]!;
      }
    }
    return [y];
  },
};

/**
 * Adds up the rows that name the same id: the gradient of `gather`.
 * @param updates (..., C)
 * @param ids (...) i32, each in [0, rows)
 * @returns (rows, C); rows that no id names are 0
 */
export function scatterAdd(updates: Tensor, ids: Tensor, rows: number): Tensor {
  return emit(scatterAddOperation, [updates, ids], { rows })[0]!;
}
