/**
 * Random numbers that are a function of (seed, stream, counter) and of nothing else: the same number whatever
 * was drawn before, on every machine.
 */
import { normalQuantile, normalQuantileTable, shiftedQuantile } from './normal-quantile.js';
import { threefry, type Words, wordsOf } from './threefry.js';

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

/** Elements whose random words are made at once: 8 KB. */
const CHUNK = 2048;

/** In a counter's high word: a counter of `fraction`, not of a pair of elements. */
const FINER = 0x80000000;

/**
 * Below so many of the 2^31 steps of a probability, 31 bits are too coarse and 32 more are drawn: of one element in 32,768,
 * beyond 4.2 standard deviations.
 */
const COARSE_UNITS = 2 ** 16;

export interface NormalOptions {
  /** Integer in [0, 2^53). */
  readonly seed: number;
  /** Integer in [0, 2^53): the numbers of different streams are independent. */
  readonly stream: number;
  readonly deviation: number;
  /** Number of the first element in its stream. Default: 0. */
  readonly first?: number;
}

/**
 * Fills an array with normal numbers of mean 0, by inversion: a random sign and the quantile of a random probability in
 * (0, 1/2), which has 31 bits, and 63 in the tails; they reach 9.2 standard deviations. A number is a function of seed,
 * stream and number of the element. It is made with integers and exactly rounded float64 operations, so it has the same
 * bits in every JavaScript engine.
 */
export function fillNormal(
  values: Float32Array,
  { seed, stream, deviation, first = 0 }: NormalOptions,
): void {
  const rows = normalQuantileTable();
  const key = streamKey(seed, stream);
  const words = new Int32Array(CHUNK);
  const end = first + values.length;
  for (let chunk = CHUNK * Math.floor(first / CHUNK); chunk < end; chunk += CHUNK) {
    threefry(key, wordsOf(chunk / 2), words); // two elements to a counter
    const last = Math.min(CHUNK, end - chunk);
    for (let i = Math.max(0, first - chunk); i < last; i++) {
      const word = words[i]!;
      const sign = 1 - 2 * (word & 1); // a conditional would be mispredicted half of the time
      const bits = word >>> 1;
      const shift = Math.clz32(bits);
      const quantile =
        bits < COARSE_UNITS
          ? normalQuantile(rows, bits + fraction(key, chunk + i))
          : shiftedQuantile(rows, bits + 0.5, shift, bits << shift);
      values[chunk - first + i] = deviation * sign * quantile;
    }
  }
}

function streamKey(seed: number, stream: number): Words {
  const key = new Int32Array(2);
  threefry(wordsOf(seed), wordsOf(stream), key);
  return [key[0]!, key[1]!];
}

/** A number in (0, 1) of 32 bits, for one element. */
function fraction(key: Words, element: number): number {
  const [low, high] = wordsOf(element);
  const words = new Int32Array(2);
  threefry(key, [low, high ^ FINER], words);
  return ((words[0]! >>> 0) + 0.5) / 2 ** 32;
}
