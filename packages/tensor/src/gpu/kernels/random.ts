/** The counter-based generator of random/uniform-at.ts, in float32: every intermediate is an exact integer. */
import type { DropoutAttributes } from '../../ops/dropout.js';
import { sizeOf } from '../../shape.js';
import type { KernelThis, Values } from '../kernel.js';
import type { Lowering } from '../lowering.js';

// 0.000244140625 = 1 / 4096, 0.015625 = 1 / 64, 5.9604644775390625e-8 = 2^-24: products by powers of two are
// exact where a GPU's division is not.
function uniformKernel(this: KernelThis, key: Values): number {
  let left = Math.floor(this.thread.x * 0.000244140625);
  let right = this.thread.x - left * 4096.0;
  for (let round = 0; round < 8; round++) {
    let a = right + key[round * 2]!;
    a = a - 4096.0 * Math.floor(a * 0.000244140625);
    let b = right + key[round * 2 + 1]!;
    b = b - 4096.0 * Math.floor(b * 0.000244140625);
    let f = Math.floor(a * b * 0.015625);
    f = f - 4096.0 * Math.floor(f * 0.000244140625);
    let sum = left + f;
    sum = sum - 4096.0 * Math.floor(sum * 0.000244140625);
    left = right;
    right = sum;
  }
  return (left * 4096.0 + right) * 5.9604644775390625e-8;
}

function dropKernel(this: KernelThis<'rate' | 'scale'>, x: Values, uniform: Values): number {
  if (uniform[this.thread.x]! >= this.constants.rate) {
    return x[this.thread.x]! * this.constants.scale;
  }
  return 0.0;
}

export const uniformLowering: Lowering = (call) => [
  call.run(uniformKernel, call.inputs, [sizeOf(call.outputTypes[0]!.shape)], {}),
];

export const dropoutLowering: Lowering<DropoutAttributes> = (call) => {
  const [x, key] = call.inputs as [number, number];
  const size = [sizeOf(call.outputTypes[0]!.shape)] as const;
  const uniform = call.run(uniformKernel, [key], size, {});
  // The threshold is rounded as a GPU rounds it, so that every mode keeps the same elements.
  const rate = Math.fround(call.attributes.rate);
  return [call.run(dropKernel, [x, uniform], size, { rate, scale: 1 / (1 - call.attributes.rate) })];
};
