import { checkCount } from './check-count.js';
import { packRows } from './pack-rows.js';
import { type RowOrderOptions, rowOrder } from './row-order.js';
import { toBatch } from './to-batch.js';
import type { Batch, MaskedExample } from './types.js';

export interface PackOptions {
  /** T, tokens in a row. */
  readonly length: number;
  /** B, rows in a batch; the last batch is filled up with padding. */
  readonly batchRows: number;
  /** False for one example a row. */
  readonly packing?: boolean;
  /** Order of the rows; as packed when absent, the longest examples first. */
  readonly order?: RowOrderOptions;
}

/**
 * One epoch of batches, each made when it is asked for.
 * @throws {MaskingError} see `packRows`
 */
export function* pack(
  examples: readonly MaskedExample[],
  { length, batchRows, packing = true, order }: PackOptions,
): Generator<Batch> {
  checkCount('pack', 'batchRows', batchRows);
  const rows = packRows(examples, { length, packing });
  const ordered = order === undefined ? rows : Array.from(rowOrder(rows.length, order), (r) => rows[r]!);
  for (let from = 0; from < ordered.length; from += batchRows) {
    yield toBatch(examples, ordered.slice(from, from + batchRows), { length, batchRows });
  }
}
