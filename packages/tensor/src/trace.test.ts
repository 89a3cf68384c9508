import { describe, expect, test } from 'vitest';
import { adamW } from './ops/adam-w.js';
import { add } from './ops/add.js';
import { attention } from './ops/attention.js';
import { broadcastTo } from './ops/broadcast-to.js';
import { concat } from './ops/concat.js';
import { dropout } from './ops/dropout.js';
import { exp } from './ops/exp.js';
import { gather } from './ops/gather.js';
import { headCrossEntropy } from './ops/head-cross-entropy.js';
import { matmul } from './ops/matmul.js';
import { reshape } from './ops/reshape.js';
import { rmsNorm } from './ops/rms-norm.js';
import { rotary } from './ops/rotary.js';
import { scatterAdd } from './ops/scatter-add.js';
import { slice } from './ops/slice.js';
import { sum } from './ops/sum.js';
import { transpose } from './ops/transpose.js';
import { uniform } from './ops/uniform.js';
import { replay } from './replay.js';
import { ShapeError, TensorError } from './tensor-error.js';
import { constant, f32, i32, type Tensor, trace } from './trace.js';
import type { TensorType } from './types.js';

test('a program lists inputs, constants, instructions and outputs', () => {
  const program = trace({ x: f32(2, 3), w: f32(3) }, ({ x, w }) => ({
    y: add(matmul(x, x, { transposeB: true }), constant(1)),
    w,
  }));
  expect(Object.keys(program.inputs)).toEqual(['x', 'w']);
  expect(program.instructions.map(({ operation }) => operation)).toEqual(['matmul', 'add']);
  expect(program.values[program.outputs.y!]).toEqual(f32(2, 2));
  expect(program.outputs.w).toBe(program.inputs.w);
  expect([...program.constants.values()]).toEqual([Float32Array.of(1)]);
});

test('operations that change nothing are not written', () => {
  const program = trace({ x: f32(2, 3), key: f32(8, 2) }, ({ x, key }) => ({
    y: dropout(broadcastTo(reshape(x, [2, 3]), [2, 3]), key, 0),
  }));
  expect(program.instructions).toEqual([]);
});

test('programs compose', () => {
  const square = trace({ x: f32(2, 2) }, ({ x }) => ({ y: matmul(x, x) }));
  const fourth = trace({ x: f32(2, 2) }, ({ x }) => replay(square, { x: replay(square, { x }).y! }));
  expect(fourth.instructions.map(({ operation }) => operation)).toEqual(['matmul', 'matmul']);
  expect(() => trace({ x: f32(3, 3) }, ({ x }) => replay(square, { x }))).toThrow(
    'replay: expected input "x" of type f32 (2, 2), got f32 (3, 3)',
  );
});

test('tensors stay in their trace', () => {
  let leaked: Tensor | undefined;
  const program = trace({ x: f32(2) }, ({ x }) => {
    leaked = x;
    return { x };
  });
  expect(program.instructions).toEqual([]);
  expect(() => exp(leaked!)).toThrow('exp: called outside trace()');
  expect(() => trace({ x: f32(2) }, ({ x }) => ({ y: add(x, leaked!) }))).toThrow(TensorError);
  expect(() => trace({ x: f32(2) }, () => ({ y: leaked! }))).toThrow('output "y" belongs to another trace');
});

describe('an operation refuses', () => {
  type Refusal = readonly [
    string,
    Readonly<Record<string, TensorType>>,
    (t: Readonly<Record<string, Tensor>>) => Tensor | { readonly loss: Tensor } | { readonly m: Tensor },
    string,
  ];
  const ab = (a: TensorType, b: TensorType) => ({ a, b });
  const refusals: readonly Refusal[] = [
    [
      'shapes that do not broadcast',
      ab(f32(2, 3), f32(2)),
      ({ a, b }) => add(a!, b!),
      'add: (2, 3) and (2) do not broadcast',
    ],
    [
      'integers in arithmetic',
      ab(f32(2), i32(2)),
      ({ a, b }) => add(a!, b!),
      'add: expected an f32 tensor, got i32',
    ],
    [
      'inner lengths that differ',
      ab(f32(2, 3), f32(2, 3)),
      ({ a, b }) => matmul(a!, b!),
      'matmul: inner lengths differ, 3 and 2',
    ],
    [
      'stacks that differ',
      ab(f32(2, 2, 3), f32(1, 3, 2)),
      ({ a, b }) => matmul(a!, b!),
      'matmul: expected two matrices',
    ],
    [
      'ids that are floats',
      ab(f32(5, 2), f32(3)),
      ({ a, b }) => gather(a!, b!),
      'gather: expected a table (V, C) and i32 ids',
    ],
    [
      'updates that do not match ids',
      ab(f32(5, 2), i32(3)),
      ({ a, b }) => scatterAdd(a!, b!, 4),
      'scatterAdd: expected updates',
    ],
    [
      'a norm of another width',
      ab(f32(5, 2), f32(3)),
      ({ a, b }) => rmsNorm(a!, b!),
      'rmsNorm: expected x (..., C) and parameters (C), got (5, 2) and (3)',
    ],
    [
      'a reshape to another size',
      { a: f32(6) },
      ({ a }) => reshape(a!, [4]),
      'reshape: expected a shape of 6 elements like (6), got (4)',
    ],
    [
      'an axis twice',
      { a: f32(2, 3) },
      ({ a }) => transpose(a!, [0, 0]),
      'transpose: expected every axis of (2, 3) once',
    ],
    ['an empty slice', { a: f32(4) }, ({ a }) => slice(a!, 0, 2, 2), 'slice: expected 0 <= start < end <= 4'],
    [
      'an axis that is not there',
      { a: f32(4) },
      ({ a }) => sum(a!, 1),
      'sum: axis 1 is outside a tensor of rank 1; use -1 to 0',
    ],
    [
      'unequal sides',
      ab(f32(2, 3), f32(2, 4)),
      ({ a, b }) => concat([a!, b!], 0),
      'concat: expected tensors that differ only on axis 0',
    ],
    [
      'a stretch of 2',
      { a: f32(2) },
      ({ a }) => broadcastTo(a!, [4]),
      'broadcastTo: (2) and (4) do not broadcast',
    ],
    [
      'a shape of 0',
      { a: f32(2, 0) },
      ({ a }) => a!,
      'trace: expected whole lengths of at least 1, got (2, 0)',
    ],
    [
      'a key of another shape',
      { a: f32(16) },
      ({ a }) => uniform(a!, [3]),
      'uniform: expected a key f32 (8, 2), got f32 (16); make it with dropoutKey',
    ],
    [
      'more noise than a key has',
      { a: f32(8, 2) },
      ({ a }) => uniform(a!, [4097, 4096]),
      'uniform: expected at most 2^24 elements',
    ],
    [
      'a rate of 1',
      ab(f32(3), f32(8, 2)),
      ({ a, b }) => dropout(a!, b!, 1),
      'dropout: expected a rate in [0, 1), got 1',
    ],
    [
      'an odd head width',
      ab(f32(1, 1, 2, 3), i32(1, 2)),
      ({ a, b }) => rotary(a!, b!, a!, a!),
      'rotary: expected x (B, H, T, D) with an even D',
    ],
    [
      'heads that cannot be shared',
      { q: f32(1, 6, 2, 4), k: f32(1, 4, 2, 4), mask: f32(1, 1, 2, 2) },
      ({ q, k, mask }) => attention(q!, k!, k!, mask!),
      'attention: 6 query heads cannot share 4 key-value heads',
    ],
    [
      'labels of another length',
      { h: f32(3, 2), w: f32(5, 2), labels: i32(4), weights: f32(3) },
      ({ h, w, labels, weights }) => headCrossEntropy(h!, w!, labels!, weights!),
      'headCrossEntropy: expected i32 labels (N) and weights (N) with N = 3, got i32 (4) and (3)',
    ],
    [
      'a moment of another shape',
      { p: f32(3), m: f32(2), scalars: f32(4) },
      ({ p, m, scalars }) => adamW(p!, p!, m!, p!, scalars!),
      'adamW: expected tensors of one shape, got (3) and (2)',
    ],
  ];

  test.each(refusals)('%s', (_, types, body, message) => {
    const write = () =>
      trace(types, (tensors) => {
        const result = body(tensors);
        return { y: 'loss' in result ? result.loss : 'm' in result ? result.m : result };
      });
    expect(write).toThrow(ShapeError);
    expect(write).toThrow(message);
  });
});
