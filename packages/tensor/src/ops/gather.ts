import type { Operation } from '../operation.js';
import { formatShape } from '../shape.js';
import { ShapeError, TensorError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';
import { scatterAdd } from './scatter-add.js';

export const gatherOperation: Operation = {
  name: 'gather',

  outputTypes([table, ids]) {
    const { shape } = expectF32('gather', table!);
    if (shape.length !== 2 || ids!.dtype !== 'i32') {
      throw new ShapeError(
        `gather: expected a table (V, C) and i32 ids, got ${formatShape(shape)} and ${ids!.dtype} ids`,
      );
    }
    return [{ dtype: 'f32', shape: [...ids!.shape, shape[1]!] }];
  },

  gradient({ inputs: [table, ids], outputGradients: [g] }) {
    return [scatterAdd(g!, ids!, table!.shape[0]!)];
  },

  reference({ inputs: [table, ids], inputTypes: [tableType] }) {
    const [rows, width] = tableType!.shape as [number, number];
    const y = new Float64Array(ids!.length * width);
    for (const [i, id] of ids!.entries()) {
      expectRow('gather', id, rows);
      y.set(table!.subarray(id * width, (id + 1) * width), i * width);
    }
    return [y];
  },
};

/** @throws {TensorError} if a row does not exist; for references, since devices do not check */
export function expectRow(operation: string, id: number, rows: number): void {
  if (!(id >= 0 && id < rows)) {
    throw new TensorError(`${operation}: expected row ids from 0 to ${rows - 1}, got ${id}`);
  }
}

/**
 * Rows of a table by number: the embedding lookup, and the choice of supervised rows.
 * @param table (V, C)
 * @param ids (...) i32, each in [0, V); the reference backend checks, devices do not
 * @returns (..., C)
 */
export function gather(table: Tensor, ids: Tensor): Tensor {
  return emit(gatherOperation, [table, ids], {})[0]!;
}
