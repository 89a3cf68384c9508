import type { Batch } from '@sftkit/masking';
import { TrainerError } from './trainer-error.js';

/**
 * Attention leaves out the keys that stand after a query in its row, and those further back than the longest segment. That
 * is right where a segment's tokens stand together and in the order of their positions, as `toBatch` writes them; any other
 * batch would be trained wrongly and in silence.
 * @throws {TrainerError} naming the first token out of order, or too far from its segment's first
 */
export function checkRowOrder({ rows, length, segmentIds, positions }: Batch, longestSegment = length): void {
  for (let row = 0; row < rows; row++) {
    const seen = new Set<number>();
    let start = row * length;
    for (let at = start; at < (row + 1) * length; at++) {
      const segment = segmentIds[at]!;
      if (segment < 0) continue; // padding
      const place = `segment ${segment} (row ${row}, token ${at % length})`;
      if (at === row * length || segmentIds[at - 1] !== segment) {
        if (seen.has(segment)) {
          throw new TrainerError(
            `batch: expected the tokens of a segment side by side, found more of ${place}`,
          );
        }
        seen.add(segment);
        start = at;
      } else if (positions[at]! <= positions[at - 1]!) {
        throw new TrainerError(
          `batch: expected the tokens of a segment in the order of their positions, found position ${positions[at]} ` +
            `after ${positions[at - 1]} in ${place}; sort each segment by position`,
        );
      }
      if (at - start >= longestSegment) {
        throw new TrainerError(
          `batch: expected segments of at most ${longestSegment} tokens, found a longer ${place}; give the trainer the length of its longest segment`,
        );
      }
    }
  }
}
