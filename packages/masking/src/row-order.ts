/**
 * The order of an epoch, a pure function of seed and epoch: a run that resumes needs no state to know what
 * comes next.
 */
export interface RowOrderOptions {
  readonly seed: number;
  /** Counted from 0. */
  readonly epoch: number;
}

/**
 * A permutation of 0 ... count - 1, by Fisher and Yates with a counter-based generator.
 * @throws {RangeError} if seed or epoch is not a safe integer
 */
export function rowOrder(count: number, { seed, epoch }: RowOrderOptions): Int32Array {
  for (const [name, value] of Object.entries({ seed, epoch })) {
    if (!Number.isSafeInteger(value))
      throw new RangeError(`rowOrder: expected a whole number as ${name}, got ${value}`);
  }
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    // 32 random bits scaled to 0 ... i: the bias is below i / 2^32.
    const j = Math.floor((random32([...words(seed), ...words(epoch), i]) / 2 ** 32) * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

/** A safe integer as two 32-bit words. */
function words(value: number): readonly [number, number] {
  return [value | 0, Math.floor(value / 2 ** 32)];
}

/** MurmurHash3, x86, 32 bits, seed 0, over 32-bit words. @see Austin Appleby, 2011 */
function random32(key: readonly number[]): number {
  let h = 0;
  for (const word of key) {
    let k = Math.imul(word, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h ^= k;
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  h ^= 4 * key.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
