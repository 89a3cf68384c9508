/**
 * Threefry-2x32 with 20 rounds: a function of a 64-bit key and a 64-bit counter whose values pass for independent random
 * words. Additions, rotations and exclusive ors of 32-bit integers, so the same words on every machine.
 * @see Salmon et al., 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.2
 */

/** Two 32-bit words, as signed or unsigned integers: only their bits count. */
export type Words = readonly [low: number, high: number];

/** Third word of the key schedule: the key's words XORed with this. */
const PARITY = 0x1bd11bda;

/** The bits of an integer in [0, 2^53). */
export function wordsOf(value: number): Words {
  return [value >>> 0, Math.floor(value / 2 ** 32)];
}

/**
 * Encrypts consecutive counters.
 * @param counter the first; its low word does not overflow within the block
 * @param out filled with two 32-bit words for each counter: half as many counters as it has elements
 */
export function threefry([key0, key1]: Words, [low, high]: Words, out: Int32Array): void {
  const key2 = key0 ^ key1 ^ PARITY;
  for (let i = 0; i < out.length; i += 2) {
    let a = (low + (i >> 1) + key0) | 0;
    let b = (high + key1) | 0;
    // Each line is one round: a += b; b = rotate(b) ^ a. After every four, words of the key are added.
    a = (a + b) | 0, b = ((b << 13) | (b >>> 19)) ^ a;
  }
}
