/** Matrix products, one cell a kernel invocation: alpha * op(a) @ op(b) over a stack of matrices. */
import type { MatmulAttributes } from '../../ops/matmul.js';
import type { KernelThis, Values } from '../kernel.js';
import type { Lowering } from '../lowering.js';

export type MatmulSizes = 'm' | 'n' | 'inner' | 'alpha';

export function matmulPlain(this: KernelThis<MatmulSizes>, a: Values, b: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.inner; k++) {
    sum +=
      a[(this.thread.z * this.constants.m + this.thread.y) * this.constants.inner + k]! *
      b[(this.thread.z * this.constants.inner + k) * this.constants.n + this.thread.x]!;
  }
  return this.constants.alpha * sum;
}

export function matmulTransposedB(this: KernelThis<MatmulSizes>, a: Values, b: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.inner; k++) {
    sum +=
      a[(this.thread.z * this.constants.m + this.thread.y) * this.constants.inner + k]! *
      b[(this.thread.z * this.constants.n + this.thread.x) * this.constants.inner + k]!;
  }
  return this.constants.alpha * sum;
}

export function matmulTransposedA(this: KernelThis<MatmulSizes>, a: Values, b: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.inner; k++) {
    sum +=
      a[(this.thread.z * this.constants.inner + k) * this.constants.m + this.thread.y]! *
      b[(this.thread.z * this.constants.inner + k) * this.constants.n + this.thread.x]!;
  }
  return this.constants.alpha * sum;
}

export function matmulTransposedBoth(this: KernelThis<MatmulSizes>, a: Values, b: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.inner; k++) {
    sum +=
      a[(this.thread.z * this.constants.inner + k) * this.constants.m + this.thread.y]! *
      b[(this.thread.z * this.constants.n + this.thread.x) * this.constants.inner + k]!;
  }
  return this.constants.alpha * sum;
}

export const matmulLowering: Lowering<MatmulAttributes> = (call) => {
  const { transposeA, transposeB, alpha } = call.attributes;
  const shape = call.outputTypes[0]!.shape;
  const [m, n] = shape.slice(-2) as [number, number];
  const inner = call.inputTypes[0]!.shape.at(transposeA ? -2 : -1)!;
  const stack = shape.slice(0, -2).reduce((size, length) => size * length, 1);
  const kernel = transposeA
    ? transposeB
      ? matmulTransposedBoth
      : matmulTransposedA
    : transposeB
      ? matmulTransposedB
      : matmulPlain;
  return [call.run(kernel, call.inputs, [n, m, stack], { m, n, inner, alpha })];
};
