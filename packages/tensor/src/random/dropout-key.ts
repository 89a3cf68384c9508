import { TensorError } from '../tensor-error.js';
import { UNIFORM_ROUNDS } from './uniform-at.js';

/** Bit mixer of 32-bit integers: every bit of the input sways every bit of the result. @see Wellons, "lowbias32" */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Odd constant that keeps the mixer away from its fixed point 0 (the golden ratio in 32 bits). */
const GOLDEN = 0x9e3779b9;

/**
 * The key of one noise source: all its numbers depend on seed, step and site and on nothing else, such as the
 * order of execution. Each argument's 53 bits are absorbed in two 32-bit words.
 * @param seed integer in [0, 2^53)
 * @param step optimizer step (or micro-batch) the noise belongs to, integer in [0, 2^53)
 * @param site place in the model, such as 2 * layer + 1, integer in [0, 2^53)
 * @returns 16 integers in [0, 4096), the contents of an f32 (8, 2) input
 */
export function dropoutKey(seed: number, step: number, site: number): Float32Array {
  let state = 0;
  for (const [name, value] of Object.entries({ seed, step, site })) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new TensorError(`dropoutKey: expected an integer ${name} from 0 to 2^53 - 1, got ${value}`);
    }
    state = mix(mix(state + GOLDEN) ^ (value % 2 ** 32));
    state = mix(mix(state + GOLDEN) ^ Math.floor(value / 2 ** 32));
  }
  return Float32Array.from(
    { length: 2 * UNIFORM_ROUNDS },
    (_, i) => mix(state + Math.imul(i + 1, GOLDEN)) >>> 20,
  );
}
