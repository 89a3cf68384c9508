import { mean } from '../nn/mean.js';
import { sumTo } from '../nn/sum-to.js';
import { broadcastTo } from '../ops/broadcast-to.js';
import { concat } from '../ops/concat.js';
import { gather } from '../ops/gather.js';
import { pad } from '../ops/pad.js';
import { reshape } from '../ops/reshape.js';
import { slice } from '../ops/slice.js';
import { sum } from '../ops/sum.js';
import { sumOfSquares } from '../ops/sum-of-squares.js';
import { transpose } from '../ops/transpose.js';
import { constant } from '../trace.js';
import { type ConformanceCase, defineCase, floats, integers } from './conformance-case.js';
import { ARITHMETIC, EXACT, SUMMED } from './tolerances.js';

export const shapeCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'reshape',
    inputs: { x: floats([2, 3, 5], 200), scalar: floats([], 201) },
    body: ({ x, scalar }) => ({
      flat: reshape(x, [30]),
      y: reshape(x, [5, 1, 6]),
      one: reshape(scalar, [1, 1]),
    }),
    differentiate: ['x', 'scalar'],
    tolerance: EXACT,
  }),
  ...[[1, 0], [0, 2, 1], [2, 0, 1], [0, 2, 1, 3], [3, 1, 0, 2], [0]].map((permutation) =>
    defineCase({
      name: `transpose by (${permutation})`,
      inputs: { x: floats([2, 3, 5, 4].slice(0, permutation.length), 202) },
      body: ({ x }) => ({ y: transpose(x, permutation) }),
      differentiate: ['x'],
      tolerance: EXACT,
    }),
  ),
  ...[0, 1, 2, -1].map((axis) =>
    defineCase({
      name: `slice and pad on axis ${axis}`,
      inputs: { x: floats([3, 4, 5], 203) },
      body: ({ x }) => ({
        middle: slice(x, axis, 1, 3),
        all: slice(x, axis, 0, 3),
        padded: pad(x, axis, 2, 1),
      }),
      differentiate: ['x'],
      tolerance: EXACT,
    }),
  ),
  ...[0, 1, 2].map((axis) =>
    defineCase({
      name: `concat of unequal lengths on axis ${axis}`,
      inputs: {
        a: floats([2, 3, 4].with(axis, 1), 204),
        b: floats([2, 3, 4].with(axis, 5), 205),
        c: floats([2, 3, 4], 206),
      },
      body: ({ a, b, c }) => ({ y: concat([a, b, c, a], axis) }),
      differentiate: ['a', 'b', 'c'],
      tolerance: EXACT,
    }),
  ),
  defineCase({
    name: 'broadcastTo',
    inputs: { row: floats([5], 207), column: floats([3, 1], 208), scalar: floats([], 209) },
    body: ({ row, column, scalar }) => ({
      rows: broadcastTo(row, [2, 3, 5]),
      columns: broadcastTo(column, [3, 4]),
      scalars: broadcastTo(scalar, [2, 1, 3]),
    }),
    differentiate: ['row', 'column', 'scalar'],
    tolerance: { ...ARITHMETIC, value: 0 },
  }),
  ...[0, 1, 2, 3].map((axis) =>
    defineCase({
      name: `sum and mean over axis ${axis}`,
      inputs: { x: floats([3, 1, 37, 2], 210) },
      body: ({ x }) => ({ sum: sum(x, axis), kept: sum(x, axis, { keepDims: true }), mean: mean(x, axis) }),
      differentiate: ['x'],
      tolerance: SUMMED,
    }),
  ),
  defineCase({
    name: 'sum, mean and sum of squares of everything',
    // Mostly positive: the sum of numbers that cancel has no digits to compare.
    inputs: { x: floats([7, 43], 211, -0.5, 2), scalar: floats([], 212), one: floats([1, 1], 213) },
    body: ({ x, scalar, one }) => ({
      sum: sum(x),
      kept: sum(x, undefined, { keepDims: true }),
      mean: mean(x),
      squares: sumOfSquares(x),
      scalar: sum(scalar),
      squareOfScalar: sumOfSquares(scalar),
      one: sum(one),
    }),
    differentiate: ['x', 'scalar', 'one'],
    tolerance: SUMMED,
  }),
  defineCase({
    name: 'sumTo',
    inputs: { x: floats([2, 3, 4, 5], 214) },
    body: ({ x }) => ({
      leading: sumTo(x, [4, 5]),
      last: sumTo(x, [2, 3, 4, 1]),
      between: sumTo(x, [2, 1, 4, 1]),
      scalar: sumTo(x, []),
    }),
    differentiate: ['x'],
    tolerance: SUMMED,
  }),
  defineCase({
    name: 'integers through shape operations',
    inputs: { table: floats([9, 3], 215), ids: integers([2, 4], [0, 8, 3, 3, 1, 7, 0, 5]) },
    body: ({ table, ids }) => {
      const rotated = concat([slice(ids, 1, 1, 4), slice(ids, 1, 0, 1)], 1);
      const more = concat([reshape(transpose(rotated, [1, 0]), [8]), constant(Int32Array.of(2, 6))], 0);
      return { ids: more, y: gather(table, pad(more, 0, 1, 0)) };
    },
    tolerance: EXACT,
  }),
];
