/**
 * Sums along one axis. Long ones run in two stages of about sqrt(length) steps each: that gives a GPU enough
 * cells to work on, and keeps float32 rounding near that of sqrt(length) additions instead of length.
 */
import type { SumAttributes } from '../../ops/sum.js';
import { sizeOf } from '../../shape.js';
import type { Kernel, KernelThis, Values } from '../kernel.js';
import type { Lowering, LoweringCall, Slot } from '../lowering.js';

/** `inner` elements lie between neighbours along the axis; each of `parts` cells sums up to `chunk` of `length`. */
type SumSizes = 'inner' | 'length' | 'chunk';

// Size (inner, parts, outer).
function sumPart(this: KernelThis<SumSizes>, x: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.chunk; k++) {
    if (this.thread.y * this.constants.chunk + k < this.constants.length) {
      sum +=
        x[
          (this.thread.z * this.constants.length + this.thread.y * this.constants.chunk + k) *
            this.constants.inner +
            this.thread.x
        ]!;
    }
  }
  return sum;
}

// Size (inner, outer): the whole axis at once.
function sumWhole(this: KernelThis<'inner' | 'length'>, x: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.length; k++) {
    sum += x[(this.thread.y * this.constants.length + k) * this.constants.inner + this.thread.x]!;
  }
  return sum;
}

// The same for the last axis, where neighbours lie side by side. Size (parts, outer).
function sumLastPart(this: KernelThis<'length' | 'chunk'>, x: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.chunk; k++) {
    if (this.thread.x * this.constants.chunk + k < this.constants.length) {
      sum += x[this.thread.y * this.constants.length + this.thread.x * this.constants.chunk + k]!;
    }
  }
  return sum;
}

// Size (outer).
function sumLast(this: KernelThis<'length'>, x: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.length; k++) {
    sum += x[this.thread.x * this.constants.length + k]!;
  }
  return sum;
}

// Size (parts).
function sumSquaresPart(this: KernelThis<'length' | 'chunk'>, x: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.chunk; k++) {
    if (this.thread.x * this.constants.chunk + k < this.constants.length) {
      sum += x[this.thread.x * this.constants.chunk + k]! * x[this.thread.x * this.constants.chunk + k]!;
    }
  }
  return sum;
}

/** Longest sum that one cell makes alone. */
const SHORT = 256;

/** How many parts a sum of `length` is split into, and how long each is. */
export function splitSum(length: number): { readonly parts: number; readonly chunk: number } {
  if (length <= SHORT) {
    return { parts: 1, chunk: length };
  }
  const chunk = Math.ceil(Math.sqrt(length));
  return { parts: Math.ceil(length / chunk), chunk };
}

/** Sums (outer, length, inner) along its middle axis. */
export function sumAxis(call: LoweringCall, x: Slot, outer: number, length: number, inner: number): Slot {
  const { parts, chunk } = splitSum(length);
  if (inner === 1) {
    const partial = parts === 1 ? x : call.run(sumLastPart, [x], [parts, outer], { length, chunk });
    return call.run(sumLast, [partial], [outer], { length: parts === 1 ? length : parts });
  }
  if (parts === 1) {
    return call.run(sumWhole, [x], [inner, outer], { inner, length });
  }
  const partial = call.run(sumPart, [x], [inner, parts, outer], { inner, length, chunk });
  return call.run(sumWhole, [partial], [inner, outer], { inner, length: parts });
}

/**
 * Sums a kernel's parts: `part` is run for (width, parts) cells and adds up rows `thread.y * chunk` and on, as
 * gradients of weights do that are shared by all rows.
 */
export function sumRows(
  call: LoweringCall,
  part: Kernel<'width' | 'rows' | 'chunk'>,
  arrays: readonly Slot[],
  rows: number,
  width: number,
): Slot {
  const { parts, chunk } = splitSum(rows);
  const partial = call.run(part, arrays, [width, parts], { width, rows, chunk });
  return parts === 1 ? partial : call.run(sumWhole, [partial], [width, 1], { inner: width, length: parts });
}

export const sumLowering: Lowering<SumAttributes> = (call) => {
  const { shape } = call.inputTypes[0]!;
  const { axis } = call.attributes;
  const outer = sizeOf(shape.slice(0, axis));
  return [sumAxis(call, call.inputs[0]!, outer, shape[axis]!, sizeOf(shape.slice(axis + 1)))];
};

export const sumOfSquaresLowering: Lowering = (call) => {
  const length = sizeOf(call.inputTypes[0]!.shape);
  const { parts, chunk } = splitSum(length);
  const partial = call.run(sumSquaresPart, call.inputs, [parts], { length, chunk });
  return [parts === 1 ? partial : sumAxis(call, partial, 1, parts, 1)];
};
