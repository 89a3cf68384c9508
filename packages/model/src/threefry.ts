/**
 * Threefry-2x32 with 20 rounds: a function of a 64-bit key and a 64-bit counter whose results pass for independent random
 * words. It takes additions, rotations and exclusive ors of 32-bit integers, so the words are the same on every machine.
 * @see Salmon et al., 2011, "Parallel random numbers: as easy as 1, 2, 3"
 */

/** 64 bits as two 32-bit integers, signed or not. */
export type Words = readonly [low: number, high: number];

/** From which the third word of the key schedule is made. */
const PARITY = 0x1bd11bda;

/** The bits of an integer in [0, 2^53). */
export function wordsOf(value: number): Words {
  return [value >>> 0, Math.floor(value / 2 ** 32)];
}

/**
 * Random words for consecutive counters, two for each.
 * @param counter the first of them; its low word must not overflow before the last
 * @param out of even length; filled with the words of counter, counter + 1, ...
 */
export function threefry(key: Words, counter: Words, out: Int32Array): void {
  // As signed integers: with unsigned ones the engine computes in float64.
  const key0 = key[0] | 0;
  const key1 = key[1] | 0;
  const key2 = key0 ^ key1 ^ PARITY;
  const low = counter[0] | 0;
  const high = counter[1] | 0;
  for (let i = 0; i < out.length; i += 2) {
    let a = (low + (i >> 1) + key0) | 0;
    let b = (high + key1) | 0;
    // The rounds are written out: a loop over them takes two to five times as long.
    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    a = (a + b) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    a = (a + b) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    a = (a + key1) | 0;
    b = (b + key2 + 1) | 0;
    a = (a + b) | 0;
    b = ((b << 17) | (b >>> 15)) ^ a;
    a = (a + b) | 0;
    b = ((b << 29) | (b >>> 3)) ^ a;
    a = (a + b) | 0;
    b = ((b << 16) | (b >>> 16)) ^ a;
    a = (a + b) | 0;
    b = ((b << 24) | (b >>> 8)) ^ a;
    a = (a + key2) | 0;
    b = (b + key0 + 2) | 0;
    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    a = (a + b) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    a = (a + b) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    a = (a + key0) | 0;
    b = (b + key1 + 3) | 0;
    a = (a + b) | 0;
    b = ((b << 17) | (b >>> 15)) ^ a;
    a = (a + b) | 0;
    b = ((b << 29) | (b >>> 3)) ^ a;
    a = (a + b) | 0;
    b = ((b << 16) | (b >>> 16)) ^ a;
    a = (a + b) | 0;
    b = ((b << 24) | (b >>> 8)) ^ a;
    a = (a + key1) | 0;
    b = (b + key2 + 4) | 0;
    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    a = (a + b) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    a = (a + b) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    a = (a + key2) | 0;
    b = (b + key0 + 5) | 0;
    out[i] = a;
    out[i + 1] = b;
  }
}
