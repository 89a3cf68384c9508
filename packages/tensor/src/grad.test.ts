import { expect, test } from 'vitest';
import { grad } from './grad.js';
import { attentionMask } from './ops/attention-mask.js';
import { exp } from './ops/exp.js';
import { gather } from './ops/gather.js';
import { headCrossEntropy } from './ops/head-cross-entropy.js';
import { mul } from './ops/mul.js';
import { reshape } from './ops/reshape.js';
import { silu } from './ops/silu.js';
import { sum } from './ops/sum.js';
import { referenceBackend } from './reference/reference-backend.js';
import { ShapeError, TensorError } from './tensor-error.js';
import { constant, f32, i32, trace } from './trace.js';
import type { NumericArray, Program } from './types.js';
import { UNUSED } from './types.js';

async function run(program: Program, inputs: Readonly<Record<string, NumericArray>>) {
  const outputs = await (await referenceBackend().compile(program)).run(inputs);
  return Object.fromEntries(Object.entries(outputs).map(([name, { float64 }]) => [name, [...float64]]));
}

const square = trace({ x: f32(3), w: f32(3), unrelated: f32(2) }, ({ x, w }) => {
  const y = mul(x, w);
  return { y, loss: sum(mul(y, y)) };
});

test('old outputs stay, gradients join them, and an input that does not matter gets zeros', async () => {
  const program = grad(square, { of: 'loss', withRespectTo: ['w', 'unrelated'] });
  expect(Object.keys(program.inputs)).toEqual(['x', 'w', 'unrelated']);
  const inputs = {
    x: Float64Array.of(1, 2, 3),
    w: Float64Array.of(4, 5, 6),
    unrelated: Float64Array.of(0, 0),
  };
  expect(await run(program, inputs)).toEqual({
    y: [4, 10, 18],
    loss: [16 + 100 + 324],
    'gradient/w': [2 * 4, 2 * 2 * 10, 2 * 3 * 18],
    'gradient/unrelated': [0, 0],
  });
});

test('a gradient can be differentiated again', async () => {
  const first = grad(
    trace({ x: f32() }, ({ x }) => ({ y: mul(x, exp(x)) })),
    { of: 'y', withRespectTo: ['x'] },
  );
  const renamed = { ...first, outputs: { slope: first.outputs['gradient/x']! } };
  const second = grad(renamed, { of: 'slope', withRespectTo: ['x'] });
  const outputs = await run(second, { x: Float64Array.of(0.5) });
  expect(outputs.slope![0]).toBeCloseTo(1.5 * Math.exp(0.5), 12);
  expect(outputs['gradient/x']![0]).toBeCloseTo(2.5 * Math.exp(0.5), 12);
});

test('what no output depends on is left out, and a gradient not asked for costs nothing', () => {
  const types = { h: f32(2, 3), w: f32(5, 3), labels: i32(2), weights: f32(2), scale: f32() };
  const forward = trace(types, ({ h, w, labels, weights, scale }) => {
    exp(h);
    return { loss: headCrossEntropy(h, w, labels, weights).loss, constant: mul(scale, constant(2)) };
  });
  expect(forward.instructions.map(({ operation }) => operation)).toEqual(['headCrossEntropy', 'mul']);
  expect(forward.instructions[0]!.outputs.slice(1)).toEqual([UNUSED, UNUSED, UNUSED]);

  const program = grad(forward, { of: 'loss', withRespectTo: ['h'] });
  // The seed of 1 is not multiplied: the head's own output is the gradient.
  expect(program.instructions.map(({ operation }) => operation)).toEqual(['headCrossEntropy', 'mul']);
  const [, dHidden, dWeight, correct] = program.instructions[0]!.outputs;
  expect(program.outputs['gradient/h']).toBe(dHidden);
  expect([dWeight, correct]).toEqual([UNUSED, UNUSED]);
  expect(program.constants.size).toBe(1);
});

test('the result must be a scalar, and names must exist', () => {
  expect(() => grad(square, { of: 'y', withRespectTo: ['w'] })).toThrow(ShapeError);
  expect(() => grad(square, { of: 'y', withRespectTo: ['w'] })).toThrow(
    'grad: expected output "y" to be an f32 scalar, got f32 (3); sum it first',
  );
  expect(() => grad(square, { of: 'lost', withRespectTo: ['w'] })).toThrow('it has y, loss');
  expect(() => grad(square, { of: 'loss', withRespectTo: ['v'] })).toThrow('it has x, w, unrelated');
});

test('integers have no gradient', () => {
  const program = trace({ table: f32(4, 2), ids: i32(3) }, ({ table, ids }) => ({
    loss: sum(gather(table, ids)),
  }));
  expect(() => grad(program, { of: 'loss', withRespectTo: ['ids'] })).toThrow('got "ids", which is i32');
});

test('an input without gradient is named', () => {
  const types = { h: f32(2, 3), w: f32(5, 3), labels: i32(2), weights: f32(2) };
  const program = trace(types, ({ h, w, labels, weights }) => headCrossEntropy(h, w, labels, weights));
  expect(() => grad(program, { of: 'loss', withRespectTo: ['weights'] })).toThrow(
    'operation "headCrossEntropy" has no gradient by its input 3',
  );
  // A count is flat: its gradient is 0 and not an error.
  expect(grad(program, { of: 'correct', withRespectTo: ['h'] }).constants.size).toBe(1);
});

test('an operation without gradient is named only where one is needed', () => {
  const once = grad(
    trace({ x: f32() }, ({ x }) => ({ loss: silu(x) })),
    { of: 'loss', withRespectTo: ['x'] },
  );
  const slope = { ...once, outputs: { slope: once.outputs['gradient/x']! } };
  expect(() => grad(slope, { of: 'slope', withRespectTo: ['x'] })).toThrow(TensorError);
  expect(() => grad(slope, { of: 'slope', withRespectTo: ['x'] })).toThrow(
    'operation "siluGradient" has no gradient',
  );

  const masked = trace({ x: f32(), segments: i32(1, 2) }, ({ x, segments }) => {
    const mask = reshape(attentionMask(segments, segments, segments, segments), [4]);
    return { loss: sum(mul(x, mask)) };
  });
  expect(() => grad(masked, { of: 'loss', withRespectTo: ['x'] })).not.toThrow();
});
