/** Random numbers that depend on a seed and a counter alone: the same inputs on every machine. */
export class Random {
  readonly #seed: number;
  #count = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.#count += 1;
    // The finalizer of MurmurHash3 over a Weyl sequence.
    let bits = Math.imul(this.#seed, 0x9e3779b1) ^ Math.imul(this.#count, 0x85ebca77);
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return Math.floor((((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }
}
