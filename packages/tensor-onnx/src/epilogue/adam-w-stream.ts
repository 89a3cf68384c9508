import type { AdamWAttributes } from '@sftkit/tensor';
import { type AdamWFactors, type AdamWKernel, type AdamWPlaces, PIECE } from './adam-w-kernel.js';

/** Views on the old values and on where the new ones go; each new one may lie over its own old one. */
export interface AdamWMemory {
  /** Parameter, gradient, m, v. */
  readonly inputs: readonly [Float32Array, Float32Array, Float32Array, Float32Array];
  /** (4), see `adamW` in @sftkit/tensor */
  readonly scalars: Float32Array;
  /** Parameter, m, v; undefined where nobody wants it. */
  readonly outputs: readonly (Float32Array | undefined)[];
}

/** The slots of parameter, m and v, in the order of the outputs. */
const UPDATED = [0, 2, 3];

/**
 * Updates one parameter, piece by piece. What lies in the kernel's memory is updated there; the rest goes through the
 * kernel's pieces, which stay in the cache.
 */
export function streamAdamW(
  kernel: AdamWKernel,
  attributes: AdamWAttributes,
  { inputs, scalars, outputs }: AdamWMemory,
): void {
  const factors = factorsOf(attributes, scalars);
  const size = inputs[0].length;
  const results = inputs.map((input, slot) =>
    UPDATED.includes(slot) ? outputs[UPDATED.indexOf(slot)] : input,
  );
  const stays = inputs.map((input, slot) => input.buffer === kernel.memory && input === results[slot]);
  const pieces = kernel.pieces.map((place) => new Float32Array(kernel.memory, place, PIECE));
  for (let start = 0; start < size; start += PIECE) {
    const end = Math.min(size, start + PIECE);
    const places = inputs.map((input, slot) => {
      if (stays[slot]) {
        return input.byteOffset + 4 * start;
      }
      pieces[slot]!.set(input.subarray(start, end));
      return kernel.pieces[slot]!;
    });
    kernel.update(places as unknown as AdamWPlaces, end - start, factors);
    for (const slot of UPDATED) {
      if (!stays[slot]) {
        results[slot]?.set(pieces[slot]!.subarray(0, end - start), start);
      }
    }
  }
}

function factorsOf(
  { beta1, beta2, epsilon, weightDecay }: AdamWAttributes,
  scalars: Float32Array,
): AdamWFactors {
  const [learningRate, gradientScale, correction1, correction2] = scalars as unknown as [
    number,
    number,
    number,
    number,
  ];
  const rootOfShare = Math.sqrt(1 - beta2);
  const rootOfCorrection2 = Math.sqrt(correction2);
  return {
    gradient: gradientScale * rootOfShare,
    freshM: (1 - beta1) / rootOfShare,
    beta1,
    beta2,
    epsilon: rootOfCorrection2 * epsilon,
    rate: (learningRate * rootOfCorrection2) / correction1,
    decay: 1 - learningRate * weightDecay,
  };
}
