import {
  add,
  type Backend,
  f32,
  gather,
  grad,
  headCrossEntropy,
  i32,
  matmul,
  type Program,
  referenceBackend,
  rmsNorm,
  scatterAdd,
  silu,
  trace,
} from '@sftkit/tensor';
import { beforeAll, expect, test } from 'vitest';
import { onnxBackend } from './onnx-backend.node.js';

let backend: Backend;
beforeAll(async () => {
  backend = await onnxBackend({ threads: 2 });
});

/** Repeatable numbers in [-0.5, 0.5). */
function noise(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => ((i * 7919 + seed * 104_729) % 1009) / 1009 - 0.5);
}

/** A small tied language model: enough rows and columns for ONNX Runtime to share the work among threads. */
const [N, C, V] = [192, 64, 512];
const step: Program = grad(
  trace(
    { table: f32(V, C), scale: f32(C), w: f32(C, C), ids: i32(N), labels: i32(N), weights: f32(N) },
    ({ table, scale, w, ids, labels, weights }) => {
      const x = gather(table, ids);
      const hidden = add(x, silu(matmul(rmsNorm(x, scale, { epsilon: 1e-5 }), w)));
      return { loss: headCrossEntropy(hidden, table, labels, weights, { chunkRows: 80 }).loss };
    },
  ),
  { of: 'loss', withRespectTo: ['table', 'scale', 'w'] },
);
const batch = {
  table: noise(V * C, 1),
  scale: noise(C, 2),
  w: noise(C * C, 3),
  ids: Int32Array.from({ length: N }, (_, i) => (i * i) % 37), // many ids occur several times
  labels: Int32Array.from({ length: N }, (_, i) => (i * 31) % V),
  weights: new Float32Array(N).fill(1 / N),
};

test('equal inputs give equal bits', async () => {
  const executable = await backend.compile(step);
  const first = await executable.run(batch);
  for (let repetition = 0; repetition < 20; repetition++) {
    const again = await executable.run(batch);
    for (const [name, buffer] of Object.entries(first)) {
      expect(await again[name]!.read(), name).toEqual(await buffer.read());
    }
  }
  executable.dispose();
});

test('rows that share an id all count, whichever thread adds them', async () => {
  const rows = 5000;
  const program = trace({ x: f32(rows, 8), ids: i32(rows) }, ({ x, ids }) => {
    const table = scatterAdd(x, ids, 3);
    return { table, doubled: add(table, table) };
  });
  const executable = await backend.compile(program);
  const ids = Int32Array.from({ length: rows }, (_, i) => i % 3);
  const { table } = await executable.run({ x: new Float32Array(rows * 8).fill(1), ids });
  const counts = [0, 1, 2].map((id) => ids.filter((each) => each === id).length);
  expect([...(await table!.read())]).toEqual(counts.flatMap((count) => new Array(8).fill(count)));
  executable.dispose();
});

test('an id outside the table is an error, not a write elsewhere', async () => {
  const executable = await backend.compile(
    trace({ x: f32(2, 2), ids: i32(2) }, ({ x, ids }) => ({ table: scatterAdd(x, ids, 3) })),
  );
  const run = executable.run({ x: new Float32Array(4), ids: Int32Array.of(0, 3) });
  await expect(run).rejects.toThrow('scatterAdd: expected row ids from 0 to 2, got 3');
});

test('buffers of another backend, shared destinations and disposed buffers are refused', async () => {
  const type = f32(2);
  const executable = await backend.compile(trace({ x: type }, ({ x }) => ({ y: add(x, x), z: silu(x) })));
  const x = await backend.buffer(type);
  const foreign = await referenceBackend().buffer(type);
  await expect(executable.run({ x: foreign })).rejects.toThrow('of this backend');
  const y = await backend.buffer(type);
  await expect(executable.run({ x }, { y, z: y })).rejects.toThrow('same buffer as destination');
  y.dispose();
  await expect(executable.run({ x }, { y })).rejects.toThrow('was disposed');
  executable.dispose();
});

test('the number of threads is checked and described', async () => {
  await expect(onnxBackend({ threads: 0 })).rejects.toThrow('positive whole number of threads, got 0');
  expect(backend.description).toMatch(/^ONNX Runtime 1\.\d+\.\d+ on the CPU, 2 threads$/);
  expect((await onnxBackend()).description).toMatch(/one thread per core$/);
});
