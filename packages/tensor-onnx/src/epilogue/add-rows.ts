import { BackendError } from '@sftkit/tensor';

/**
 * Adds row i of `updates` to row ids[i] of `table`, in order.
 * @param table (rows, C)
 * @param updates (N, C)
 * @param ids (N)
 * @throws {BackendError} if an id names no row
 */
export function addRows(table: Float32Array, updates: Float32Array, ids: Int32Array): void {
  const width = updates.length / ids.length;
  const rows = table.length / width;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (id < 0 || id >= rows) {
      throw new BackendError(`scatterAdd: expected row ids from 0 to ${rows - 1}, got ${id}`);
    }
    const to = id * width;
    const from = i * width;
    for (let c = 0; c < width; c++) {
      table[to + c]! += updates[from + c]!;
    }
  }
}
