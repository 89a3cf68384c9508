import type { Batch } from '@sftkit/masking';
import { TrainerError } from './trainer-error.js';

/**
 * Attention leaves out the keys that stand after a query in its row. That is right where a segment's tokens stand in the
 * order of their positions, as `toBatch` writes them; any other batch would be trained wrongly and in silence.
 * @throws {TrainerError} naming the first token out of order
 */
export function checkRowOrder({ rows, length, segmentIds, positions }: Batch): void {
  for (let row = 0; row < rows; row++) {
    const latest = new Map<number, number>();
    for (let at = row * length; at < (row + 1) * length; at++) {
      const segment = segmentIds[at]!;
      if (segment < 0) continue; // padding
      const position = positions[at]!;
      const before = latest.get(segment);
      if (before !== undefined && position <= before) {
        throw new TrainerError(
          `batch: expected the tokens of a segment in the order of their positions, found position ${position} of segment ` +
            `${segment} after ${before} (row ${row}, token ${at % length}); sort each segment by position`,
        );
      }
      latest.set(segment, position);
    }
  }
}
