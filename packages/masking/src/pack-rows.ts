/** Which examples share a row. Best-fit-decreasing: the longest first, each into the fullest row that holds it. */
import { checkCount } from './check-count.js';
import { FreeSpace } from './free-space.js';
import { MaskingError } from './masking-error.js';
import type { MaskedExample } from './types.js';

/** One row: whole examples, one after another. */
export interface Row {
  /** Indices into the examples, in order of appearance. */
  readonly examples: readonly number[];
  /** Tokens that are not padding. */
  readonly tokens: number;
}

export interface PackRowsOptions {
  /** T, tokens in a row. */
  readonly length: number;
  /** False for one example a row. */
  readonly packing?: boolean;
}

/**
 * Every example lands in exactly one row, whole. The same examples give the same rows; of rows that are
 * equally full, the one filled last is taken. O(n log n).
 * @throws {MaskingError} for an example that is longer than a row or has nothing to learn; `fitExamples`
 *   takes both out
 */
export function packRows(
  examples: readonly MaskedExample[],
  { length, packing = true }: PackRowsOptions,
): readonly Row[] {
  checkCount('packRows', 'length', length);
  examples.forEach((example, i) => {
    checkExample(example, i, length);
  });
  const tokens = examples.map(({ inputIds }) => inputIds.length);
  if (!packing) return tokens.map((count, i) => ({ examples: [i], tokens: count }));

  const order = Array.from(tokens.keys()).sort((a, b) => tokens[b]! - tokens[a]! || a - b);
  const rows: { examples: number[]; tokens: number }[] = [];
  const space = new FreeSpace(length);
  for (const example of order) {
    const size = tokens[example]!;
    const found = space.take(size);
    const index = found < 0 ? rows.length : found;
    if (found < 0) rows.push({ examples: [], tokens: 0 });
    const row = rows[index]!;
    row.examples.push(example);
    row.tokens += size;
    space.put(index, length - row.tokens);
  }
  return rows;
}

function checkExample({ inputIds, supervisedTokens }: MaskedExample, index: number, length: number): void {
  if (inputIds.length > length) {
    const problem = `expected at most ${length} tokens in example ${index}, got ${inputIds.length}`;
    throw new MaskingError(`packRows: ${problem}; drop or cut it with fitExamples`);
  }
  if (supervisedTokens === 0) {
    const problem = `expected a supervised token in example ${index}, got none`;
    throw new MaskingError(`packRows: ${problem}; drop it with fitExamples`);
  }
}
