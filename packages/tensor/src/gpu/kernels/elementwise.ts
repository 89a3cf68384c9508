/** Operations of one array, cell by cell, and the gradients of the activations. */
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

// From 20 on tanh is 1 to the last bit; some GPUs overflow inside tanh further out.
function tanhKernel(this: KernelThis, x: Values): number {
  return Math.tanh(Math.max(-20.0, Math.min(20.0, x[this.thread.x]!)));
}

// Here and below: exp(80) is far beyond what 1 + exp can show, and far from overflow, where GPUs may differ.
function sigmoidKernel(this: KernelThis, x: Values): number {
  return 1.0 / (1.0 + Math.exp(Math.min(80.0, -x[this.thread.x]!)));
}

function reluKernel(this: KernelThis, x: Values): number {
  return Math.max(x[this.thread.x]!, 0.0);
}

function reluGradientKernel(this: KernelThis, x: Values, g: Values): number {
  if (x[this.thread.x]! > 0.0) {
    return g[this.thread.x]!;
  }
  return 0.0;
}

function siluKernel(this: KernelThis, x: Values): number {
  return x[this.thread.x]! / (1.0 + Math.exp(Math.min(80.0, -x[this.thread.x]!)));
}

function siluGradientKernel(this: KernelThis, x: Values, g: Values): number {
  const s = 1.0 / (1.0 + Math.exp(Math.min(80.0, -x[this.thread.x]!)));
  return g[this.thread.x]! * s * (1.0 + x[this.thread.x]! * (1.0 - s));
}

// 0.5 * (1 + tanh(u)) is written as sigmoid(2 u), which does not cancel where x is negative; 1.5957691216 is
// 2 * sqrt(2 / pi).
function geluTanhKernel(this: KernelThis, x: Values): number {
  const v = x[this.thread.x]!;
  const twice = 1.5957691216057308 * (v + 0.044715 * v * v * v);
  return v / (1.0 + Math.exp(Math.min(80.0, -twice)));
}

function geluTanhGradientKernel(this: KernelThis, x: Values, g: Values): number {
  const v = x[this.thread.x]!;
  const twice = 1.5957691216057308 * (v + 0.044715 * v * v * v);
  const s = 1.0 / (1.0 + Math.exp(Math.min(80.0, -twice)));
  const slope = 1.5957691216057308 * (1.0 + 0.134145 * v * v);
  return g[this.thread.x]! * (s + v * s * (1.0 - s) * slope);
}

// The complementary error function of z >= 0 is t * exp(p(t) - z^2) with t = 1 / (1 + z / 2): Chebyshev fit with
// a relative error of 1.2e-7 everywhere, so that the negative tail keeps its digits (Press et al., 1992, section
// 6.2).
function geluErfKernel(this: KernelThis, x: Values): number {
  const v = x[this.thread.x]!;
  const z = Math.abs(v) * Math.SQRT1_2;
  const t = 1.0 / (1.0 + 0.5 * z);
  let p = -0.82215223 + t * 0.17087277;
  p = -1.13520398 + t * (1.48851587 + t * p);
  p = -0.18628806 + t * (0.27886807 + t * p);
  p = 0.37409196 + t * (0.09678418 + t * p);
  p = -1.26551223 + t * (1.00002368 + t * p);
  const tail = 0.5 * t * Math.exp(p - z * z);
  if (v < 0.0) {
    return v * tail;
  }
  return v * (1.0 - tail);
}

// 0.3989422804 = 1 / sqrt(2 pi)
function geluErfGradientKernel(this: KernelThis, x: Values, g: Values): number {
  const v = x[this.thread.x]!;
  const z = Math.abs(v) * Math.SQRT1_2;
  const t = 1.0 / (1.0 + 0.5 * z);
  let p = -0.82215223 + t * 0.17087277;
  p = -1.13520398 + t * (1.48851587 + t * p);
  p = -0.18628806 + t * (0.27886807 + t * p);
  p = 0.37409196 + t * (0.09678418 + t * p);
  p = -1.26551223 + t * (1.00002368 + t * p);
  let below = 0.5 * t * Math.exp(p - z * z);
  if (v > 0.0) {
    below = 1.0 - below;
  }
  return g[this.thread.x]! * (below + v * 0.3989422804014327 * Math.exp(-0.5 * v * v));
}

/** Runs a kernel of flat arrays of equal size. */
function runFlat(call: LoweringCall<Attributes>, kernel: Kernel): readonly Slot[] {
  return [call.run(kernel, call.inputs, [sizeOf(call.outputTypes[0]!.shape)], {})];
}

export const negLowering: Lowering = (call) => runFlat(call, negKernel);
export const expLowering: Lowering = (call) => runFlat(call, expKernel);
export const logLowering: Lowering = (call) => runFlat(call, logKernel);
export const sqrtLowering: Lowering = (call) => runFlat(call, sqrtKernel);
export const tanhLowering: Lowering = (call) => runFlat(call, tanhKernel);
export const sigmoidLowering: Lowering = (call) => runFlat(call, sigmoidKernel);
export const reluLowering: Lowering = (call) => runFlat(call, reluKernel);
export const reluGradientLowering: Lowering = (call) => runFlat(call, reluGradientKernel);
export const siluLowering: Lowering = (call) => runFlat(call, siluKernel);
export const siluGradientLowering: Lowering = (call) => runFlat(call, siluGradientKernel);

export const geluLowering: Lowering<GeluAttributes> = (call) =>
  runFlat(call, call.attributes.approximate === 'tanh' ? geluTanhKernel : geluErfKernel);
export const geluGradientLowering: Lowering<GeluAttributes> = (call) =>
  runFlat(call, call.attributes.approximate === 'tanh' ? geluTanhGradientKernel : geluErfGradientKernel);
