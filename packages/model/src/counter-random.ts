/**
 * Random numbers that are a function of (seed, stream, counter) and of nothing else: the same number whatever
 * was drawn before, on every machine.
 */

/** Multipliers of MurmurHash3's 32-bit finalizer (Appleby), which turns every input bit over half of the output. */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 2^32 divided by the golden ratio: spreads neighbouring counters over all bits before they are mixed. */
const GOLDEN = 0x9e3779b9;

function hash(seed: number, stream: number, counter: number, word: number): number {
  // Seeds and counters above 2^32 count with all their bits.
  const parts = [seed, Math.floor(seed / 2 ** 32), stream, counter, Math.floor(counter / 2 ** 32), word];
  return parts.reduce((h, part) => mix((h ^ (part >>> 0)) + GOLDEN), GOLDEN);
}

/** A uniform number in [0, 1), of 53 bits. */
export function uniformAt(seed: number, stream: number, counter: number): number {
  const high = hash(seed, stream, counter, 0) >>> 5;
  const low = hash(seed, stream, counter, 1) >>> 6;
  return (high * 2 ** 26 + low) / 2 ** 53;
}

/** A number of the standard normal distribution (Box and Muller, 1958). */
export function normalAt(seed: number, stream: number, counter: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(seed, stream, 2 * counter)));
  return radius * Math.cos(2 * Math.PI * uniformAt(seed, stream, 2 * counter + 1));
}
