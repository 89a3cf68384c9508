import { add, dropout, f32, grad, sumOfSquares, trace } from '@sftkit/tensor';
import { expect, test } from 'vitest';
import { lowerProgram } from '../lowering/lower-program.js';

const inputs = { x: f32(2, 3), key: f32(8, 2), other: f32(8, 2) };

test('forward and backward pass share their noise; another key or rate is another', () => {
  const program = trace(inputs, ({ x, key, other }) => ({
    loss: sumOfSquares(add(dropout(x, key, 0.5), add(dropout(x, key, 0.25), dropout(x, other, 0.5)))),
  }));
  const { model, prologue, inputs: read } = lowerProgram(grad(program, { of: 'loss', withRespectTo: ['x'] }));
  expect(prologue.map(({ key, rate }) => [key, rate])).toEqual([
    ['key', 0.5],
    ['key', 0.25],
    ['other', 0.5],
  ]);
  expect([...read.keys()]).toEqual(['x']);
  expect(model.nodes.some(({ opType }) => opType === 'Gather')).toBe(false);
});

test('a key that is computed leaves the noise to the graph', () => {
  const program = trace(inputs, ({ x, key, other }) => ({ y: dropout(x, add(key, other), 0.5) }));
  expect(lowerProgram(program).prologue).toEqual([]);
});
