/** Operations of one array, cell by cell, and the gradients of the two activations. */
import type { GeluAttributes } from '../../ops/gelu.js';
import { sizeOf } from '../../shape.js';
import type { Attributes } from '../../types.js';
import type { Kernel, KernelThis, Values } from '../kernel.js';
import type { Lowering, LoweringCall, Slot } from '../lowering.js';

function negKernel(this: KernelThis, x: Values): number {
  return -x[this.thread.x]!;
}

function expKernel(this: KernelThis, x: Values): number {
  return Math.exp(x[this.thread.x]!);
}

function logKernel(this: KernelThis, x: Values): number {
  return Math.log(x[this.thread.x]!);
}

function sqrtKernel(this: KernelThis, x: Values): number {
  return Math.sqrt(x[this.thread.x]!);
}

// From 10 on tanh is 1 in float32; some GPUs overflow inside tanh further out.
function tanhKernel(this: KernelThis, x: Values): number {
  return Math.tanh(Math.max(-10.0, Math.min(10.0, x[this.thread.x]!)));
}

function sigmoidKernel(this: KernelThis, x: Values): number {
  return 1.0 / (1.0 + Math.exp(-x[this.thread.x]!));
}

function siluKernel(this: KernelThis, x: Values): number {
  return x[this.thread.x]! / (1.0 + Math.exp(-x[this.thread.x]!));
}

function siluGradientKernel(this: KernelThis, x: Values, g: Values): number {
  const s = 1.0 / (1.0 + Math.exp(-x[this.thread.x]!));
  return g[this.thread.x]! * s * (1.0 + x[this.thread.x]! * (1.0 - s));
}

// 0.7978845608 = sqrt(2 / pi)
function geluTanhKernel(this: KernelThis, x: Values): number {
  const v = x[this.thread.x]!;
  const u = 0.7978845608028654 * (v + 0.044715 * v * v * v);
  return 0.5 * v * (1.0 + Math.tanh(Math.max(-10.0, Math.min(10.0, u))));
}

function geluTanhGradientKernel(this: KernelThis, x: Values, g: Values): number {
  const v = x[this.thread.x]!;
  const u = 0.7978845608028654 * (v + 0.044715 * v * v * v);
  const t = Math.tanh(Math.max(-10.0, Math.min(10.0, u)));
  const slope = 0.7978845608028654 * (1.0 + 0.134145 * v * v);
  return g[this.thread.x]! * (0.5 * (1.0 + t) + 0.5 * v * (1.0 - t * t) * slope);
}

// erf by Abramowitz and Stegun 7.1.26, written for |x|: absolute error 1.5e-7, one step of float32 at 1.
function geluErfKernel(this: KernelThis, x: Values): number {
  const v = x[this.thread.x]!;
  const z = Math.abs(v) * Math.SQRT1_2;
  const t = 1.0 / (1.0 + 0.3275911 * z);
  const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * p * Math.exp(-z * z);
  if (v < 0.0) {
    return v * tail;
  }
  return v * (1.0 - tail);
}

// 0.3989422804 = 1 / sqrt(2 pi)
function geluErfGradientKernel(this: KernelThis, x: Values, g: Values): number {
  const v = x[this.thread.x]!;
  const z = Math.abs(v) * Math.SQRT1_2;
  const t = 1.0 / (1.0 + 0.3275911 * z);
  const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const density = Math.exp(-z * z);
  let below = 0.5 * p * density;
  if (v > 0.0) {
    below = 1.0 - below;
  }
  return g[this.thread.x]! * (below + v * 0.3989422804014327 * density);
}

/** Runs a kernel of flat arrays of equal size. */
export function runFlat(call: LoweringCall<Attributes>, kernel: Kernel): readonly Slot[] {
  return [call.run(kernel, call.inputs, [sizeOf(call.outputTypes[0]!.shape)], {})];
}

export const negLowering: Lowering = (call) => runFlat(call, negKernel);
export const expLowering: Lowering = (call) => runFlat(call, expKernel);
export const logLowering: Lowering = (call) => runFlat(call, logKernel);
export const sqrtLowering: Lowering = (call) => runFlat(call, sqrtKernel);
export const tanhLowering: Lowering = (call) => runFlat(call, tanhKernel);
export const sigmoidLowering: Lowering = (call) => runFlat(call, sigmoidKernel);
export const siluLowering: Lowering = (call) => runFlat(call, siluKernel);
export const siluGradientLowering: Lowering = (call) => runFlat(call, siluGradientKernel);

export const geluLowering: Lowering<GeluAttributes> = (call) =>
  runFlat(call, call.attributes.approximate === 'tanh' ? geluTanhKernel : geluErfKernel);
export const geluGradientLowering: Lowering<GeluAttributes> = (call) =>
  runFlat(call, call.attributes.approximate === 'tanh' ? geluTanhGradientKernel : geluErfGradientKernel);
