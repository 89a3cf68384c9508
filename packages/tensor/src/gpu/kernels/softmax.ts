/** Softmax of each row, from the differences to the row's largest element so that exp never overflows. */
import type { KernelThis, Values } from '../kernel.js';
import { type Lowering, type LoweringCall, rowsAndWidth, type Slot } from '../lowering.js';

// Size (rows).
function rowMax(this: KernelThis<'width'>, x: Values): number {
  let max = x[this.thread.x * this.constants.width]!;
  for (let k = 1; k < this.constants.width; k++) {
    max = Math.max(max, x[this.thread.x * this.constants.width + k]!);
  }
  return max;
}

// Size (rows).
function rowSumOfExp(this: KernelThis<'width'>, x: Values, max: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.width; k++) {
    sum += Math.exp(x[this.thread.x * this.constants.width + k]! - max[this.thread.x]!);
  }
  return sum;
}

// Size (width, rows).
function probability(this: KernelThis<'width'>, x: Values, max: Values, sum: Values): number {
  return (
    Math.exp(x[this.thread.y * this.constants.width + this.thread.x]! - max[this.thread.y]!) /
    sum[this.thread.y]!
  );
}

// Size (rows): sum of y * g.
function rowDot(this: KernelThis<'width'>, y: Values, g: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.width; k++) {
    sum += y[this.thread.x * this.constants.width + k]! * g[this.thread.x * this.constants.width + k]!;
  }
  return sum;
}

// Size (width, rows): y * (g - sum(y * g)).
function softmaxGradient(this: KernelThis<'width'>, y: Values, g: Values, dot: Values): number {
  return (
    y[this.thread.y * this.constants.width + this.thread.x]! *
    (g[this.thread.y * this.constants.width + this.thread.x]! - dot[this.thread.y]!)
  );
}

/** Softmax of each of the rows. */
export function softmaxRows(call: LoweringCall, x: Slot, rows: number, width: number): Slot {
  const max = call.run(rowMax, [x], [rows], { width });
  const sum = call.run(rowSumOfExp, [x, max], [rows], { width });
  return call.run(probability, [x, max, sum], [width, rows], { width });
}

/** Sum of y * g of each of the rows: (rows). */
export function dotRows(call: LoweringCall, y: Slot, g: Slot, rows: number, width: number): Slot {
  return call.run(rowDot, [y, g], [rows], { width });
}

/** y * (g - dot) of each of the rows. */
export function slopeRows(
  call: LoweringCall,
  [y, g, dot]: readonly [Slot, Slot, Slot],
  rows: number,
  width: number,
): Slot {
  return call.run(softmaxGradient, [y, g, dot], [width, rows], { width });
}

export const softmaxLowering: Lowering = (call) => {
  const { rows, width } = rowsAndWidth(call.inputTypes[0]!.shape);
  return [softmaxRows(call, call.inputs[0]!, rows, width)];
};

export const softmaxGradientLowering: Lowering = (call) => {
  const [y, g] = call.inputs as [Slot, Slot];
  const { rows, width } = rowsAndWidth(call.inputTypes[0]!.shape);
  return [slopeRows(call, [y, g, dotRows(call, y, g, rows, width)], rows, width)];
};
