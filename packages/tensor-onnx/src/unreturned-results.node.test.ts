import { add, f32, trace } from '@sftkit/tensor';
import { expect, test } from 'vitest';
import { onnxBackend } from './onnx-backend.node.js';

const ELEMENTS = 1 << 20;

test('a result is written where it belongs, and no copy of it is made', async () => {
  const backend = await onnxBackend();
  const executable = await backend.compile(trace({ x: f32(ELEMENTS) }, ({ x }) => ({ y: add(x, x) })));
  const x = await backend.buffer(f32(ELEMENTS), new Float32Array(ELEMENTS).fill(3));
  const y = await backend.buffer(f32(ELEMENTS));
  const before = process.memoryUsage().arrayBuffers;
  await executable.run({ x }, { y });
  await executable.run({ x }, { y });
  const grown = process.memoryUsage().arrayBuffers - before;
  expect(grown).toBeLessThan(ELEMENTS); // bytes: a quarter of one copy
  expect((await y.read()).every((value) => value === 6)).toBe(true);
});
