/** Arithmetic of two arrays with broadcasting: a flat kernel for equal shapes, a strided one for the others. */
import { broadcastStrides, sameShape, sizeOf } from '../../shape.js';
import type { TensorType } from '../../types.js';
import type { Kernel, KernelThis, Values } from '../kernel.js';
import type { Lowering, LoweringCall, Slot } from '../lowering.js';
import { stridedAxes } from '../strided-axes.js';
import { stridedCopy } from './strided-copy.js';

/**
 * Output axes x, y, and z = w * zLength + zInner; aX is a's step along x, and so on. Steps along the inner
 * part of z are taken by z itself, and the outer step corrects for it.
 */
type Strides = 'aX' | 'aY' | 'aZ' | 'aW' | 'bX' | 'bY' | 'bZ' | 'bW' | 'zLength';

export function addFlat(this: KernelThis, a: Values, b: Values): number {
  return a[this.thread.x]! + b[this.thread.x]!;
}

function subFlat(this: KernelThis, a: Values, b: Values): number {
  return a[this.thread.x]! - b[this.thread.x]!;
}

function mulFlat(this: KernelThis, a: Values, b: Values): number {
  return a[this.thread.x]! * b[this.thread.x]!;
}

function divFlat(this: KernelThis, a: Values, b: Values): number {
  return a[this.thread.x]! / b[this.thread.x]!;
}

function addStrided(this: KernelThis<Strides>, a: Values, b: Values): number {
  const w = Math.floor((this.thread.z + 0.5) / this.constants.zLength);
  return (
    a[
      this.thread.x * this.constants.aX +
        this.thread.y * this.constants.aY +
        this.thread.z * this.constants.aZ +
        (w | 0) * this.constants.aW
    ]! +
    b[
      this.thread.x * this.constants.bX +
        this.thread.y * this.constants.bY +
        this.thread.z * this.constants.bZ +
        (w | 0) * this.constants.bW
    ]!
  );
}

function subStrided(this: KernelThis<Strides>, a: Values, b: Values): number {
  const w = Math.floor((this.thread.z + 0.5) / this.constants.zLength);
  return (
    a[
      this.thread.x * this.constants.aX +
        this.thread.y * this.constants.aY +
        this.thread.z * this.constants.aZ +
        (w | 0) * this.constants.aW
    ]! -
    b[
      this.thread.x * this.constants.bX +
        this.thread.y * this.constants.bY +
        this.thread.z * this.constants.bZ +
        (w | 0) * this.constants.bW
    ]!
  );
}

function mulStrided(this: KernelThis<Strides>, a: Values, b: Values): number {
  const w = Math.floor((this.thread.z + 0.5) / this.constants.zLength);
  return (
    a[
      this.thread.x * this.constants.aX +
        this.thread.y * this.constants.aY +
        this.thread.z * this.constants.aZ +
        (w | 0) * this.constants.aW
    ]! *
    b[
      this.thread.x * this.constants.bX +
        this.thread.y * this.constants.bY +
        this.thread.z * this.constants.bZ +
        (w | 0) * this.constants.bW
    ]!
  );
}

function divStrided(this: KernelThis<Strides>, a: Values, b: Values): number {
  const w = Math.floor((this.thread.z + 0.5) / this.constants.zLength);
  return (
    a[
      this.thread.x * this.constants.aX +
        this.thread.y * this.constants.aY +
        this.thread.z * this.constants.aZ +
        (w | 0) * this.constants.aW
    ]! /
    b[
      this.thread.x * this.constants.bX +
        this.thread.y * this.constants.bY +
        this.thread.z * this.constants.bZ +
        (w | 0) * this.constants.bW
    ]!
  );
}

function lowerArithmetic(call: LoweringCall, flat: Kernel, strided: Kernel<Strides>): readonly Slot[] {
  const shape = call.outputTypes[0]!.shape;
  const [a, b] = call.inputTypes as readonly [TensorType, TensorType];
  if (sameShape(a.shape, shape) && sameShape(b.shape, shape)) {
    return [call.run(flat, call.inputs, [sizeOf(shape)], {})];
  }
  const strides = [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)];
  const axes = stridedAxes(shape, strides);
  if (axes.length > 4) {
    const whole = call.inputs.map((input, i) => stridedCopy(call, input, shape, strides[i]!));
    return [call.run(flat, whole, [sizeOf(shape)], {})];
  }
  const still = { length: 1, strides: [0, 0] };
  const [x = still, y = still, z = still, w = still] = axes;
  const constants = {
    aX: x.strides[0]!,
    aY: y.strides[0]!,
    aZ: z.strides[0]!,
    aW: w.strides[0]! - z.length * z.strides[0]!,
    bX: x.strides[1]!,
    bY: y.strides[1]!,
    bZ: z.strides[1]!,
    bW: w.strides[1]! - z.length * z.strides[1]!,
    zLength: z.length,
  };
  const size =
    axes.length <= 1 ? ([x.length] as const) : ([x.length, y.length, z.length * w.length] as const);
  return [call.run(strided, call.inputs, size, constants)];
}

export const addLowering: Lowering = (call) => lowerArithmetic(call, addFlat, addStrided);
export const subLowering: Lowering = (call) => lowerArithmetic(call, subFlat, subStrided);
export const mulLowering: Lowering = (call) => lowerArithmetic(call, mulFlat, mulStrided);
export const divLowering: Lowering = (call) => lowerArithmetic(call, divFlat, divStrided);
