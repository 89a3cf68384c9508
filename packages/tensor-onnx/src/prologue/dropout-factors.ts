/**
 * What `dropout` multiplies its elements by, made on the host: the generator's dependent table lookups take ONNX
 * Runtime's Gather many times longer than a loop, and forward and backward pass share the result.
 *
 * The permutation is that of `uniformAt` in @sftkit/tensor, bit for bit. Its round function has only 4096 arguments, so
 * it becomes a table per round.
 */
import { UNIFORM_ROUNDS } from '@sftkit/tensor';

/** Values of one half of an index. */
const HALF = 4096;
const LOW = HALF - 1;

/**
 * @param key (8, 2), see `dropoutKey` in @sftkit/tensor
 * @param rate share of the elements dropped, in [0, 1)
 * @returns (size): 0 with probability `rate`, else 1 / (1 - rate)
 */
export function dropoutFactors(key: Float32Array, rate: number, size: number): Float32Array {
  const tables = roundTables(key);
  // number / 2^24 >= rate exactly where number >= the next integer above rate * 2^24.
  const threshold = Math.ceil(Math.fround(rate) * HALF * HALF);
  const kept = 1 / (1 - rate);
  const factors = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let left = i >>> 12;
    let right = i & LOW;
    for (let at = 0; at < tables.length; at += HALF) {
      const next = (left + tables[at + right]!) & LOW;
      left = right;
      right = next;
    }
    factors[i] = ((left << 12) | right) >= threshold ? kept : 0;
  }
  return factors;
}

/** (8, 4096): the middle bits of (right + a mod 4096) (right + b mod 4096), with a and b of the round's key. */
function roundTables(key: Float32Array): Uint16Array {
  const tables = new Uint16Array(UNIFORM_ROUNDS * HALF);
  for (let round = 0; round < UNIFORM_ROUNDS; round++) {
    const a = key[2 * round]!;
    const b = key[2 * round + 1]!;
    for (let right = 0; right < HALF; right++) {
      tables[round * HALF + right] = ((((right + a) & LOW) * ((right + b) & LOW)) >>> 6) & LOW;
    }
  }
  return tables;
}
