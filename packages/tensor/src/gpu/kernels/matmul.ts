/**
 * Matrix products: alpha * op(a) @ op(b) over a stack of matrices, one cell an invocation. WebGPU has a tiled
 * product of its own (../tiled-matmul.ts).
 *
 * WebAssembly computes four rows an invocation. gpu.js runs four invocations side by side and fetches an array
 * element for each of them separately, so four products for one element of b are four times the work done per
 * fetch. The four rows come out interleaved and are put in order by a second kernel.
 */
import type { MatmulAttributes } from '../../ops/matmul.js';
import { sizeOf } from '../../shape.js';
import type { FourNumbers, KernelThis, Values } from '../kernel.js';
import type { Lowering, LoweringCall, Slot } from '../lowering.js';
import type { Product } from '../product.js';
import { padAxis } from './layout.js';
import { stridedCopy } from './strided-copy.js';

type MatmulSizes = 'm' | 'n' | 'inner' | 'alpha';

function matmulPlain(this: KernelThis<MatmulSizes>, a: Values, b: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.inner; k++) {
    sum +=
      a[(this.thread.z * this.constants.m + this.thread.y) * this.constants.inner + k]! *
      b[(this.thread.z * this.constants.inner + k) * this.constants.n + this.thread.x]!;
  }
  return this.constants.alpha * sum;
}

function matmulTransposedB(this: KernelThis<MatmulSizes>, a: Values, b: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.inner; k++) {
    sum +=
      a[(this.thread.z * this.constants.m + this.thread.y) * this.constants.inner + k]! *
      b[(this.thread.z * this.constants.n + this.thread.x) * this.constants.inner + k]!;
  }
  return this.constants.alpha * sum;
}

function matmulTransposedA(this: KernelThis<MatmulSizes>, a: Values, b: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.inner; k++) {
    sum +=
      a[(this.thread.z * this.constants.inner + k) * this.constants.m + this.thread.y]! *
      b[(this.thread.z * this.constants.inner + k) * this.constants.n + this.thread.x]!;
  }
  return this.constants.alpha * sum;
}

function matmulTransposedBoth(this: KernelThis<MatmulSizes>, a: Values, b: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.inner; k++) {
    sum +=
      a[(this.thread.z * this.constants.inner + k) * this.constants.m + this.thread.y]! *
      b[(this.thread.z * this.constants.n + this.thread.x) * this.constants.inner + k]!;
  }
  return this.constants.alpha * sum;
}

type BlockSizes = 'm' | 'inner' | 'n' | 'end';

// Size (n, blocks of four rows, stack); m is a multiple of 4. q walks down a column of b, k counts its steps.
function fourRows(this: KernelThis<BlockSizes>, a: Values, b: Values): FourNumbers {
  let s0 = 0.0;
  let s1 = 0.0;
  let s2 = 0.0;
  let s3 = 0.0;
  let k = 0.0;
  for (let q = 0; q < this.constants.end; q += this.constants.n) {
    const v = b[this.thread.z * this.constants.end + q + this.thread.x]!;
    s0 += a[(this.thread.z * this.constants.m + this.thread.y * 4) * this.constants.inner + (k | 0)]! * v;
    s1 += a[(this.thread.z * this.constants.m + this.thread.y * 4 + 1) * this.constants.inner + (k | 0)]! * v;
    s2 += a[(this.thread.z * this.constants.m + this.thread.y * 4 + 2) * this.constants.inner + (k | 0)]! * v;
    s3 += a[(this.thread.z * this.constants.m + this.thread.y * 4 + 3) * this.constants.inner + (k | 0)]! * v;
    k += 1.0;
  }
  return [s0, s1, s2, s3];
}

function fourRowsOfTransposed(this: KernelThis<BlockSizes>, a: Values, b: Values): FourNumbers {
  let s0 = 0.0;
  let s1 = 0.0;
  let s2 = 0.0;
  let s3 = 0.0;
  let k = 0.0;
  for (let q = 0; q < this.constants.end; q += this.constants.n) {
    const v = b[this.thread.z * this.constants.end + q + this.thread.x]!;
    s0 += a[(this.thread.z * this.constants.inner + (k | 0)) * this.constants.m + this.thread.y * 4]! * v;
    s1 += a[(this.thread.z * this.constants.inner + (k | 0)) * this.constants.m + this.thread.y * 4 + 1]! * v;
    s2 += a[(this.thread.z * this.constants.inner + (k | 0)) * this.constants.m + this.thread.y * 4 + 2]! * v;
    s3 += a[(this.thread.z * this.constants.inner + (k | 0)) * this.constants.m + this.thread.y * 4 + 3]! * v;
    k += 1.0;
  }
  return [s0, s1, s2, s3];
}

// Size (n, m, stack): from (stack, blocks, n, 4) to (stack, m, n).
function orderRows(this: KernelThis<'n' | 'blocks' | 'alpha'>, blocks: Values): number {
  const block = Math.floor((this.thread.y + 0.5) * 0.25);
  return (
    this.constants.alpha *
    blocks[
      ((this.thread.z * this.constants.blocks + (block | 0)) * this.constants.n + this.thread.x) * 4 +
        this.thread.y -
        (block | 0) * 4
    ]!
  );
}

export function runMatmul(call: LoweringCall, a: Slot, b: Slot, product: Product): Slot {
  if (call.multiply !== undefined) {
    return call.multiply(a, b, product);
  }
  const { m, n, inner, stack, transposeA, transposeB, alpha } = product;
  if (call.mode !== 'webasm' || m < 4) {
    const kernel = transposeA
      ? transposeB
        ? matmulTransposedBoth
        : matmulTransposedA
      : transposeB
        ? matmulTransposedB
        : matmulPlain;
    return call.run(kernel, [a, b], [n, m, stack], { m, n, inner, alpha });
  }
  const blocks = Math.ceil(m / 4);
  const missing = blocks * 4 - m;
  const whole = transposeA
    ? padAxis(call, a, stack * inner, m, 1, 0, missing)
    : padAxis(call, a, stack, m, inner, 0, missing);
  // Turning b over once costs less than walking along its rows for every row of a.
  const upright = transposeB ? stridedCopy(call, b, [stack, inner, n], [inner * n, 1, inner]) : b;
  const kernel = transposeA ? fourRowsOfTransposed : fourRows;
  const blocked = call.runFour(kernel, [whole, upright], [n, blocks, stack], {
    m: blocks * 4,
    n,
    inner,
    end: inner * n,
  });
  return call.run(orderRows, [blocked], [n, m, stack], { n, blocks, alpha });
}

export const matmulLowering: Lowering<MatmulAttributes> = (call) => {
  const shape = call.outputTypes[0]!.shape;
  const [m, n] = shape.slice(-2) as [number, number];
  const inner = call.inputTypes[0]!.shape.at(call.attributes.transposeA ? -2 : -1)!;
  const stack = sizeOf(shape.slice(0, -2));
  const [a, b] = call.inputs as [Slot, Slot];
  return [runMatmul(call, a, b, { ...call.attributes, m, n, inner, stack })];
};
