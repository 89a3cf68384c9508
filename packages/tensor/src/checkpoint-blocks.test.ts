import { expect, test } from 'vitest';
import { checkpointBlocks } from './checkpoint-blocks.js';
import { grad } from './grad.js';
import { add } from './ops/add.js';
import { dropout } from './ops/dropout.js';
import { exp } from './ops/exp.js';
import { matmul } from './ops/matmul.js';
import { sum } from './ops/sum.js';
import { tanh } from './ops/tanh.js';
import { planMemory } from './plan-memory.js';
import { dropoutKey } from './random/dropout-key.js';
import { referenceBackend } from './reference/reference-backend.js';
import { block, f32, trace } from './trace.js';
import type { TensorType } from './types.js';

const WEIGHTS = ['w0', 'w1', 'w2', 'w3'];

/** Four blocks of a product, tanh and dropout each. */
const types: Record<string, TensorType> = {
  x: f32(8, 8),
  key: f32(8, 2),
  ...Object.fromEntries(WEIGHTS.map((name) => [name, f32(8, 8)])),
};
const forward = trace(types, ({ x, key, ...weights }) => {
  let y = x!;
  for (const name of WEIGHTS) {
    const before = y;
    y = block(() => add(before, dropout(tanh(exp(matmul(before, weights[name]!))), key!, 0.5)));
  }
  return { loss: sum(exp(y)) };
});
const kept = grad(forward, { of: 'loss', withRespectTo: WEIGHTS });
const checkpointed = checkpointBlocks(kept);

test('marks come through grad: forward, and backward for what the gradient adds', () => {
  const passes = kept.instructions.map(({ block }) => (block ? `${block.index}${block.pass[0]}` : '-'));
  expect([...new Set(passes)]).toEqual(['0f', '1f', '2f', '3f', '-', '3b', '2b', '1b', '0b']);
});

test('each block is computed again, where its backward pass begins', () => {
  const operations = checkpointed.instructions.map(({ operation, block }) =>
    block ? `${operation} ${block.index}${block.pass[0]}` : operation,
  );
  const forwardOperations = ['matmul', 'exp', 'tanh'];
  for (const index of [0, 1, 2, 3]) {
    const start = operations.findIndex((name) => name.endsWith(`${index}b`));
    // The dropout and the sum make only the block's result, which is kept as the next block's input.
    expect(operations.slice(start, start + 3)).toEqual(forwardOperations.map((name) => `${name} ${index}b`));
  }
  expect(checkpointed.instructions.length).toBe(kept.instructions.length + 4 * 3);
});

test('gradients have the same bits, dropout included', async () => {
  const backend = referenceBackend();
  const inputs = Object.fromEntries(
    ['x', ...WEIGHTS].map((name, i) => [
      name,
      Float32Array.from({ length: 64 }, (_, j) => Math.sin(i + j) / 4),
    ]),
  );
  const results = [];
  for (const program of [kept, checkpointed]) {
    const outputs = await (await backend.compile(program)).run({ ...inputs, key: dropoutKey(1, 2, 3) });
    results.push(
      Object.fromEntries(Object.entries(outputs).map(([name, { float64 }]) => [name, [...float64]])),
    );
  }
  expect(results[1]).toEqual(results[0]);
});

test('less is alive at the peak', () => {
  expect(planMemory(checkpointed).peakIntermediateBytes).toBeLessThan(
    0.7 * planMemory(kept).peakIntermediateBytes,
  );
});

test('twice is once, and without blocks or gradients nothing changes', () => {
  expect(checkpointBlocks(checkpointed).instructions.length).toBe(checkpointed.instructions.length);
  expect(checkpointBlocks(forward).instructions).toEqual(forward.instructions);
  const unmarked = { ...kept, instructions: kept.instructions.map(({ block, ...rest }) => rest) };
  expect(checkpointBlocks(unmarked).instructions).toEqual(unmarked.instructions);
});
