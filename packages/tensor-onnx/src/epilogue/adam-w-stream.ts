import type { AdamWAttributes } from '../lowering/adam-w.js';
import { type AdamWFactors, type AdamWKernel, PIECE } from './adam-w-kernel.js';

/** Views on the old values and on where the new ones go; each new one may lie over its own old one. */
export interface AdamWMemory {
  /** Parameter, gradient, m, v. */
  readonly inputs: readonly [Float32Array, Float32Array, Float32Array, Float32Array];
  /** (4), see `adamW` in @sftkit/tensor */
  readonly scalars: Float32Array;
  /** Parameter, m, v; undefined where nobody wants it. */
  readonly outputs: readonly (Float32Array | undefined)[];
}

/** Updates one parameter, piece by piece: in and out of the kernel's memory, which stays in the cache. */
export function streamAdamW(
  kernel: AdamWKernel,
  attributes: AdamWAttributes,
  { inputs, scalars, outputs }: AdamWMemory,
): void {
  const factors = factorsOf(attributes, scalars);
  const pieces = [kernel.parameter, kernel.gradient, kernel.m, kernel.v];
  const results = [kernel.parameter, kernel.m, kernel.v];
  const size = inputs[0].length;
  for (let start = 0; start < size; start += PIECE) {
    const end = Math.min(size, start + PIECE);
    for (const [slot, piece] of pieces.entries()) {
      piece.set(inputs[slot]!.subarray(start, end));
    }
    kernel.update(end - start, factors);
    for (const [slot, result] of results.entries()) {
      outputs[slot]?.set(result.subarray(0, end - start), start);
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
