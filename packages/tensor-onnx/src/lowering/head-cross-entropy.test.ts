import { f32, grad, headCrossEntropy, i32, trace } from '@sftkit/tensor';
import { expect, test } from 'vitest';
import { ancestors } from '../graph/ancestors.js';
import { planSession } from '../memory/plan-session.js';
import { lowerProgram, portsOf } from './lower-program.js';

const [N, C, V, CHUNK] = [10, 4, 30, 4];
const loss = trace({ h: f32(N, C), w: f32(V, C), labels: i32(N), weights: f32(N) }, (t) => ({
  loss: headCrossEntropy(t.h, t.w, t.labels, t.weights, { chunkRows: CHUNK }).loss,
}));

test.each([
  ['the loss alone', loss],
  ['loss and gradients', grad(loss, { of: 'loss', withRespectTo: ['h', 'w'] })],
])('%s: a chunk begins when nothing needs the logits of the one before any more', (_, program) => {
  const { nodes } = lowerProgram(program).model;
  const logits = nodes.filter(({ opType }) => opType === 'FusedMatMul').reverse(); // the file is in reverse
  expect(logits).toHaveLength(3);
  for (const [chunk, later] of logits.slice(1).entries()) {
    const before = ancestors(nodes, later);
    const wide = new Set([logits[chunk]!.outputs[0]!]);
    // Whatever reads the (rows, V) logits, or the probabilities made of them, has run.
    for (const node of nodes.toReversed()) {
      if (node.inputs.some((input) => wide.has(input))) {
        expect(before.has(node), `${node.opType} of chunk ${chunk}`).toBe(true);
        if (['Reshape', 'ScatterElements', 'Softmax'].includes(node.opType)) {
          wide.add(node.outputs[0]!);
        }
      }
    }
    expect(wide.size).toBeGreaterThan(1);
  }
});

test('unused results cost nothing', () => {
  const operators = lowerProgram(loss).model.nodes.map((node) => node.opType);
  expect(operators).not.toContain('Gemm'); // makes the weight's gradient
  expect(operators).not.toContain('MatMul'); // makes the hidden states' gradient
  expect(operators).not.toContain('ScatterElements');
});

test('the sum over chunks is made where the gradient belongs, if outputs may share memory', () => {
  const vocabulary = 3000;
  const types = { h: f32(N, C), w: f32(vocabulary, C), labels: i32(N), weights: f32(N) };
  const forward = trace(types, (t) => ({
    loss: headCrossEntropy(t.h, t.w, t.labels, t.weights, { chunkRows: CHUNK }).loss,
  }));
  const program = grad(forward, { of: 'loss', withRespectTo: ['w'] });
  const numWritten = (overlaps: boolean) => {
    const parts = lowerProgram(program, { overlaps }).outputs.get('gradient/w')!;
    return parts.map((part) => portsOf(part).length);
  };
  expect(numWritten(true)).toEqual([3, 3]); // two pieces of the vocabulary, three chunks
  expect(numWritten(false)).toEqual([1, 1]);
  const peak = (overlaps: boolean) => planSession(lowerProgram(program, { overlaps }).model).peakBytes;
  expect(peak(false) - peak(true)).toBeGreaterThanOrEqual(4 * vocabulary * C);
});
