/** Operations that only move elements. reshape moves nothing: its result is its input. */
import type { ConcatAttributes } from '../../ops/concat.js';
import type { PadAttributes } from '../../ops/pad.js';
import type { SliceAttributes } from '../../ops/slice.js';
import type { TransposeAttributes } from '../../ops/transpose.js';
import { broadcastStrides, sizeOf, stridesOf } from '../../shape.js';
import type { KernelThis, Values } from '../kernel.js';
import type { Lowering, LoweringCall, Slot } from '../lowering.js';
import { stridedCopy } from './strided-copy.js';

// Size (inner, length along the axis, outer).
function padKernel(this: KernelThis<'inner' | 'length' | 'before'>, x: Values): number {
  if (
    this.thread.y < this.constants.before ||
    this.thread.y >= this.constants.before + this.constants.length
  ) {
    return 0.0;
  }
  return x[
    (this.thread.z * this.constants.length + this.thread.y - this.constants.before) * this.constants.inner +
      this.thread.x
  ]!;
}

function concatKernel(this: KernelThis<'inner' | 'lengthA' | 'lengthB'>, a: Values, b: Values): number {
  if (this.thread.y < this.constants.lengthA) {
    return a[
      (this.thread.z * this.constants.lengthA + this.thread.y) * this.constants.inner + this.thread.x
    ]!;
  }
  return b[
    (this.thread.z * this.constants.lengthB + this.thread.y - this.constants.lengthA) * this.constants.inner +
      this.thread.x
  ]!;
}

export const reshapeLowering: Lowering = ({ inputs }) => [inputs[0]!];

export const transposeLowering: Lowering<TransposeAttributes> = (call) => {
  const strides = stridesOf(call.inputTypes[0]!.shape);
  const permuted = call.attributes.permutation.map((axis) => strides[axis]!);
  return [stridedCopy(call, call.inputs[0]!, call.outputTypes[0]!.shape, permuted)];
};

export const sliceLowering: Lowering<SliceAttributes> = (call) => {
  const strides = stridesOf(call.inputTypes[0]!.shape);
  const { axis, start } = call.attributes;
  return [stridedCopy(call, call.inputs[0]!, call.outputTypes[0]!.shape, strides, start * strides[axis]!)];
};

export const broadcastToLowering: Lowering = (call) => {
  const shape = call.outputTypes[0]!.shape;
  return [stridedCopy(call, call.inputs[0]!, shape, broadcastStrides(call.inputTypes[0]!.shape, shape))];
};

/** (outer, length, inner) with zeros before and after along its middle axis. */
export function padAxis(
  call: LoweringCall,
  x: Slot,
  outer: number,
  length: number,
  inner: number,
  before: number,
  after: number,
): Slot {
  if (before + after === 0) {
    return x;
  }
  return call.run(padKernel, [x], [inner, before + length + after, outer], { inner, length, before });
}

export const padLowering: Lowering<PadAttributes> = (call) => {
  const from = call.inputTypes[0]!.shape;
  const { axis, before, after } = call.attributes;
  const inner = sizeOf(from.slice(axis + 1));
  const outer = sizeOf(from.slice(0, axis));
  return [padAxis(call, call.inputs[0]!, outer, from[axis]!, inner, before, after)];
};

/** A stretch of a concatenation: its array and its length along the axis. */
export interface Part {
  readonly slot: Slot;
  readonly length: number;
}

/** Joins neighbours pairwise, so that an element is copied log2(parts) times rather than once per part. */
export function concatParts(call: LoweringCall, parts: readonly Part[], inner: number, outer: number): Slot {
  if (parts.length === 1) {
    return parts[0]!.slot;
  }
  const joined: Part[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const [a, b] = [parts[i]!, parts[i + 1]];
    if (b === undefined) {
      joined.push(a);
      continue;
    }
    const length = a.length + b.length;
    const constants = { inner, lengthA: a.length, lengthB: b.length };
    joined.push({
      slot: call.run(concatKernel, [a.slot, b.slot], [inner, length, outer], constants),
      length,
    });
  }
  return concatParts(call, joined, inner, outer);
}

export const concatLowering: Lowering<ConcatAttributes> = (call) => {
  const { axis } = call.attributes;
  const shape = call.outputTypes[0]!.shape;
  const parts = call.inputs.map((slot, i) => ({ slot, length: call.inputTypes[i]!.shape[axis]! }));
  return [concatParts(call, parts, sizeOf(shape.slice(axis + 1)), sizeOf(shape.slice(0, axis)))];
};
