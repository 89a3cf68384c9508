import type { RotaryAttributes } from '../../ops/rotary.js';
import type { KernelThis, Values } from '../kernel.js';
import type { Lowering } from '../lowering.js';

type Sizes = 'length' | 'width' | 'half' | 'heads' | 'sign';

// Size (width, length, batch * heads). Pairs are (d, d + half); sign is -1 for the inverse rotation.
function rotaryKernel(
  this: KernelThis<Sizes>,
  x: Values,
  positions: Values,
  cos: Values,
  sin: Values,
): number {
  const batch = Math.floor((this.thread.z + 0.5) / this.constants.heads);
  const position = positions[(batch | 0) * this.constants.length + this.thread.y]!;
  const own =
    x[(this.thread.z * this.constants.length + this.thread.y) * this.constants.width + this.thread.x]!;
  if (this.thread.x < this.constants.half) {
    return (
      own * cos[(position | 0) * this.constants.half + this.thread.x]! -
      x[
        (this.thread.z * this.constants.length + this.thread.y) * this.constants.width +
          this.thread.x +
          this.constants.half
      ]! *
        this.constants.sign *
        sin[(position | 0) * this.constants.half + this.thread.x]!
    );
  }
  return (
    own * cos[(position | 0) * this.constants.half + this.thread.x - this.constants.half]! +
    x[
      (this.thread.z * this.constants.length + this.thread.y) * this.constants.width +
        this.thread.x -
        this.constants.half
    ]! *
      this.constants.sign *
      sin[(position | 0) * this.constants.half + this.thread.x - this.constants.half]!
  );
}

/** Rotary embedding of (B, H, T, D) by positions (B, T) and tables (M, D / 2). */
export const rotaryLowering: Lowering<RotaryAttributes> = (call) => {
  const [batch, heads, length, width] = call.inputTypes[0]!.shape as [number, number, number, number];
  const constants = { length, width, half: width / 2, heads, sign: call.attributes.inverse ? -1 : 1 };
  return [call.run(rotaryKernel, call.inputs, [width, length, batch * heads], constants)];
};
