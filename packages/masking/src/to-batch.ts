/** Rows of examples as the arrays of one training step. */
import { MaskingError } from './masking-error.js';
import type { Row } from './pack-rows.js';
import { type Batch, IGNORE_INDEX, type MaskedExample } from './types.js';

export interface ToBatchOptions {
  /** T, tokens in a row. */
  readonly length: number;
  /** B; rows that are missing are all padding. As many as there are rows when absent. */
  readonly batchRows?: number;
}

/**
 * The one place where labels are shifted: position t gets the label and the weight of token t + 1 of its
 * own example, and an example's last token gets none, so no target ever crosses a border.
 * @param rows at most `batchRows`; their numbers index `examples`
 * @throws {MaskingError} if there are more rows than the batch holds, or a row is longer than T
 */
export function toBatch(
  examples: readonly MaskedExample[],
  rows: readonly Row[],
  { length, batchRows = rows.length }: ToBatchOptions,
): Batch {
  if (rows.length > batchRows) {
    throw new MaskingError(`toBatch: expected at most ${batchRows} rows, got ${rows.length}`);
  }
  const size = batchRows * length;
  const inputIds = new Int32Array(size); // (B, T)
  const positions = new Int32Array(size); // (B, T)
  const segmentIds = new Int32Array(size).fill(-1); // (B, T)
  const targets = new Int32Array(size).fill(IGNORE_INDEX); // (B, T)
  const weights = new Float32Array(size); // (B, T)
  const order: number[] = [];
  let supervisedTokens = 0;
  let supervisedWeight = 0;
  let totalTokens = 0;
  for (let r = 0; r < batchRows; r++) {
    let at = r * length;
    const rowEnd = at + length;
    (rows[r]?.examples ?? []).forEach((index, segment) => {
      const example = exampleAt(examples, index);
      const end = at + example.inputIds.length;
      if (end > rowEnd)
        throw new MaskingError(`toBatch: expected a row of at most ${length} tokens, got more`);
      inputIds.set(example.inputIds, at);
      targets.set(example.labels.subarray(1), at);
      weights.set(example.weights.subarray(1), at);
      segmentIds.fill(segment, at, end);
      count(positions, at, end);
      order.push(index);
      supervisedTokens += example.supervisedTokens;
      for (let t = 1; t < example.weights.length; t++) supervisedWeight += example.weights[t]!;
      totalTokens += example.inputIds.length;
      at = end;
    });
    count(positions, at, rowEnd);
  }
  return {
    rows: batchRows,
    length,
    inputIds,
    positions,
    segmentIds,
    targets,
    weights,
    supervisedTokens,
    supervisedWeight,
    totalTokens,
    examples: order,
  };
}

/** 0, 1, 2 ... from `start` to `end`. */
function count(positions: Int32Array, start: number, end: number): void {
  for (let at = start; at < end; at++) positions[at] = at - start;
}

function exampleAt(examples: readonly MaskedExample[], index: number): MaskedExample {
  const example = examples[index];
  if (example !== undefined) return example;
  throw new MaskingError(`toBatch: expected an example ${index}, got ${examples.length} examples`);
}
