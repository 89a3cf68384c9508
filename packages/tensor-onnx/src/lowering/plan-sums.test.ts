import {
  add,
  f32,
  grad,
  headCrossEntropy,
  i32,
  mul,
  type Program,
  referenceBackend,
  replay,
  type Tensor,
  trace,
} from '@sftkit/tensor';
import { expect, test } from 'vitest';
import { planEpilogue } from '../epilogue/plan-epilogue.js';
import { onnxBackend } from '../onnx-backend.node.js';
import { planSums } from './plan-sums.js';

const [N, C, V] = [6, 4, 10];
const types = { before: f32(V, C), w: f32(V, C), h: f32(N, C), labels: i32(N), weights: f32(N) };
const gradients = grad(
  trace({ w: types.w, h: types.h, labels: types.labels, weights: types.weights }, (t) => ({
    loss: headCrossEntropy(t.h, t.w, t.labels, t.weights, { chunkRows: 4 }).loss,
  })),
  { of: 'loss', withRespectTo: ['w'] },
);

/** A program of the head's gradient and a value that comes from outside. */
function withGradient(use: (before: Tensor, gradient: Tensor) => Record<string, Tensor>): Program {
  return trace(types, ({ before, ...given }) => use(before, replay(gradients, given)['gradient/w']!));
}

test.each<[string, Program, number]>([
  ['added to an input', withGradient((before, gradient) => ({ sum: add(before, gradient) })), 1],
  ['the first of the two', withGradient((before, gradient) => ({ sum: add(gradient, before) })), 1],
  ['that leaves as well', withGradient((before, gradient) => ({ gradient, sum: add(before, gradient) })), 0],
  [
    'that something else reads',
    withGradient((before, gradient) => ({ sum: add(before, gradient), other: mul(gradient, gradient) })),
    0,
  ],
  ['added to itself', withGradient((_, gradient) => ({ sum: add(gradient, gradient) })), 0],
  [
    'added to a computed value',
    withGradient((before, gradient) => ({ sum: add(mul(before, before), gradient) })),
    0,
  ],
])('a gradient %s', async (_, program, sums) => {
  expect(planSums(program, planEpilogue(program)).size).toBe(sums);
  const inputs = {
    before: Float32Array.from({ length: V * C }, (_, i) => Math.sin(i)),
    w: Float32Array.from({ length: V * C }, (_, i) => Math.cos(3 * i)),
    h: Float32Array.from({ length: N * C }, (_, i) => Math.sin(5 * i)),
    labels: Int32Array.from({ length: N }, (_, i) => (3 * i) % V),
    weights: new Float32Array(N).fill(1 / N),
  };
  const results = await (await (await onnxBackend({ threads: 2 })).compile(program)).run(inputs);
  const expected = await (await referenceBackend().compile(program)).run(inputs);
  for (const [name, buffer] of Object.entries(results)) {
    const wanted = await expected[name]!.read();
    for (const [i, value] of (await buffer.read()).entries()) {
      expect(value, `${name}[${i}]`).toBeCloseTo(wanted[i]!, 5); // float32 sums of a few terms of size 1
    }
  }
});
