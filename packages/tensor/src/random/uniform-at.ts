/**
 * Counter-based uniform numbers: number i under a key is a keyed permutation of [0, 2^24), divided by 2^24.
 *
 * The permutation is a Feistel network of 8 rounds on the two 12-bit halves of i. Its round function is the
 * middle 12 bits of the product of two keyed sums. Every intermediate is an integer below 2^24, exact in
 * float32, so every backend draws the same bits. Limits: 2^24 numbers a key, no two of them equal; for noise,
 * not for secrets.
 */

/** Rounds of the network; 6 pass the tests beside this file, 4 do not. */
export const UNIFORM_ROUNDS = 8;

/** Numbers that one key gives. */
export const UNIFORM_PERIOD = 2 ** 24;

/** x modulo 4096 for 0 <= x < 2^24, written so that float32 does it exactly. */
function wrap(x: number): number {
  return x - 4096 * Math.floor(x / 4096);
}

/**
 * @param key 16 integers in [0, 4096): two for each round
 * @param index integer in [0, 2^24)
 * @returns in [0, 1), a multiple of 2^-24
 */
export function uniformAt(key: ArrayLike<number>, index: number): number {
  let left = Math.floor(index / 4096);
  let right = wrap(index);
  for (let round = 0; round < UNIFORM_ROUNDS; round++) {
    const product = wrap(right + key[2 * round]!) * wrap(right + key[2 * round + 1]!);
    const mixed = wrap(left + wrap(Math.floor(product / 64)));
    left = right;
    right = mixed;
  }
  return (left * 4096 + right) / UNIFORM_PERIOD;
}
