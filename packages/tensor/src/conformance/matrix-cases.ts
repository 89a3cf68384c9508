import { linear } from '../nn/linear.js';
import { matmul } from '../ops/matmul.js';
import { type ConformanceCase, defineCase, floats } from './conformance-case.js';
import { SUMMED } from './tolerances.js';

const flags = [false, true];

/** Stacks, rows, columns, inner length. */
const sizes: readonly (readonly [readonly number[], number, number, number])[] = [
  [[], 1, 1, 1],
  [[], 5, 7, 3],
  [[], 1, 33, 65],
  [[3], 5, 2, 9],
  [[2, 3], 4, 5, 1],
  [[2, 1], 17, 19, 8],
];

export const matrixCases: readonly ConformanceCase[] = [
  ...sizes.flatMap(([stack, m, n, inner], i) =>
    flags.flatMap((transposeA) =>
      flags.map((transposeB) =>
        defineCase({
          name: `matmul ${m}x${inner}${transposeA ? ' transposed' : ''} by ${inner}x${n}${transposeB ? ' transposed' : ''}, stack (${stack})`,
          inputs: {
            a: floats([...stack, ...(transposeA ? [inner, m] : [m, inner])], 100 + i),
            b: floats([...stack, ...(transposeB ? [n, inner] : [inner, n])], 120 + i),
          },
          body: ({ a, b }) => ({
            y: matmul(a, b, { transposeA, transposeB, alpha: i % 2 === 0 ? 1 : 0.25 }),
          }),
          differentiate: ['a', 'b'],
          tolerance: SUMMED,
        }),
      ),
    ),
  ),
  defineCase({
    name: 'matmul across tile borders, 65x300 by 300x70',
    inputs: { a: floats([65, 300], 130), b: floats([300, 70], 131) },
    body: ({ a, b }) => ({ y: matmul(a, b) }),
    differentiate: ['a', 'b'],
    tolerance: SUMMED,
  }),
  defineCase({
    name: 'matmul of a tensor with itself',
    inputs: { x: floats([4, 6], 132) },
    body: ({ x }) => ({ y: matmul(x, x, { transposeB: true }) }),
    differentiate: ['x'],
    tolerance: SUMMED,
  }),
  defineCase({
    name: 'linear (2, 3, 5) to 7, with and without bias',
    inputs: { x: floats([2, 3, 5], 133), weight: floats([7, 5], 134), bias: floats([7], 135) },
    body: ({ x, weight, bias }) => ({ biased: linear(x, weight, bias), plain: linear(x, weight) }),
    differentiate: ['x', 'weight', 'bias'],
    tolerance: SUMMED,
  }),
];
