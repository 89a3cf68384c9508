/** Train and held-out side of an example, decided by what it says. */
import { contentHash } from './content-hash.js';
import type { Example } from './example.js';
import { sha256 } from './sha256.js';

export interface SplitByHashOptions {
  /** Expected share of the held-out side, 0 to 1. */
  readonly heldOutFraction: number;
  /** Another seed gives another, independent split. */
  readonly seed: number;
}

/**
 * The same example lands on the same side whatever else is in the file and wherever it stands in it, so
 * duplicates land together and a file that grows keeps its split. A larger fraction only ever moves
 * examples from the train side to the held-out side.
 * @throws {RangeError} if the fraction is not between 0 and 1
 */
export function splitByHash(
  example: Example,
  { heldOutFraction, seed }: SplitByHashOptions,
): 'train' | 'heldOut' {
  if (!(heldOutFraction >= 0 && heldOutFraction <= 1)) {
    throw new RangeError(`splitByHash: expected a heldOutFraction from 0 to 1, got ${heldOutFraction}`);
  }
  // 52 bits: what a double holds exactly below 1.
  const bits = sha256(`${seed}:${contentHash(example)}`).slice(0, 13);
  return Number.parseInt(bits, 16) / 2 ** 52 < heldOutFraction ? 'heldOut' : 'train';
}
