import { add } from '../ops/add.js';
import { div } from '../ops/div.js';
import { exp } from '../ops/exp.js';
import { gelu } from '../ops/gelu.js';
import { log } from '../ops/log.js';
import { mul } from '../ops/mul.js';
import { neg } from '../ops/neg.js';
import { relu } from '../ops/relu.js';
import { sigmoid } from '../ops/sigmoid.js';
import { silu } from '../ops/silu.js';
import { sqrt } from '../ops/sqrt.js';
import { sub } from '../ops/sub.js';
import { tanh } from '../ops/tanh.js';
import type { Tensor } from '../trace.js';
import type { Shape } from '../types.js';
import { type ConformanceCase, defineCase, floats, numbers } from './conformance-case.js';
import { ARITHMETIC, EXACT, TRANSCENDENTAL } from './tolerances.js';

const pairs: readonly (readonly [Shape, Shape])[] = [
  [
    [2, 3, 5],
    [2, 3, 5],
  ],
  [[2, 3, 5], [5]],
  [
    [2, 3, 5],
    [3, 1],
  ],
  [
    [4, 1],
    [1, 3],
  ],
  [[], [2, 3]],
  [[7], []],
  [[], []],
  [[1], [1, 1, 3]],
  [
    [2, 1, 3, 1],
    [5, 1, 4],
  ],
  [
    [2, 4, 3, 3],
    [2, 1, 3, 3],
  ],
];

const binary = Object.entries({ add, sub, mul, div }).flatMap(([name, operation]) =>
  pairs.map(([shapeA, shapeB], i) =>
    defineCase({
      name: `${name} (${shapeA}) and (${shapeB})`,
      // The second is kept away from 0, where a quotient and its gradient explode.
      inputs: { a: floats(shapeA, 2 * i), b: floats(shapeB, 2 * i + 1, 0.5, 2) },
      body: ({ a, b }) => ({ y: operation(a, b) }),
      differentiate: ['a', 'b'],
      tolerance: ARITHMETIC,
    }),
  ),
);

const unary: readonly (readonly [string, (x: Tensor) => Tensor, number, number])[] = [
  ['exp', exp, -3, 3],
  ['log', log, 0.1, 5],
  ['sqrt', sqrt, 0.1, 5],
  ['tanh', tanh, -3, 3],
  ['sigmoid', sigmoid, -6, 6],
  ['silu', silu, -6, 6],
  ['gelu none', (x) => gelu(x, { approximate: 'none' }), -4, 4],
  ['gelu tanh', (x) => gelu(x, { approximate: 'tanh' }), -4, 4],
];

const shapes: readonly Shape[] = [[], [1], [3, 67], [2, 1, 3, 5]];

export const elementwiseCases: readonly ConformanceCase[] = [
  ...binary,
  defineCase({
    name: 'the same tensor on both sides',
    inputs: { x: floats([3, 5], 40) },
    body: ({ x }) => ({ square: mul(x, x), double: add(x, x), nothing: sub(x, x) }),
    differentiate: ['x'],
    tolerance: ARITHMETIC,
  }),
  ...shapes.map((shape, i) =>
    defineCase({
      name: `neg (${shape})`,
      inputs: { x: floats(shape, 50 + i) },
      body: ({ x }) => ({ y: neg(x) }),
      differentiate: ['x'],
      tolerance: EXACT,
    }),
  ),
  ...unary.flatMap(([name, operation, low, high]) =>
    shapes.map((shape, i) =>
      defineCase({
        name: `${name} (${shape})`,
        inputs: { x: floats(shape, 60 + i, low, high) },
        body: ({ x }) => ({ y: operation(x) }),
        differentiate: ['x'],
        tolerance: TRANSCENDENTAL,
      }),
    ),
  ),
  ...shapes.map((shape, i) =>
    defineCase({
      name: `relu (${shape})`,
      // Values well away from the kink, where finite differences mean something, on both sides of it.
      inputs: { x: floats(shape, 80 + i, 0.1, 3), signs: floats(shape, 90 + i, -1, 1) },
      body: ({ x, signs }) => ({ y: relu(mul(x, div(signs, sqrt(mul(signs, signs))))) }),
      differentiate: ['x'],
      tolerance: ARITHMETIC,
    }),
  ),
  defineCase({
    name: 'relu at 0 and about it',
    inputs: { x: numbers([5], [-1, -1e-30, 0, 1e-30, 2]) },
    body: ({ x }) => ({ y: relu(x) }),
    tolerance: EXACT,
  }),
  defineCase({
    name: 'activations far from 0 stay finite',
    inputs: { x: floats([64], 70, -80, 80) },
    body: ({ x }) => ({
      sigmoid: sigmoid(x),
      silu: silu(x),
      tanh: tanh(x),
      geluNone: gelu(x, { approximate: 'none' }),
      geluTanh: gelu(x, { approximate: 'tanh' }),
    }),
    differentiate: ['x'],
    tolerance: TRANSCENDENTAL,
  }),
];
