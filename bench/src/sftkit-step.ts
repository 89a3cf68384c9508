/** A contestant (see `contestant.ts`): the trainer's own step. usage: sftkit-step.js BACKEND CHECKPOINTING TASK */
import type { Batch } from '@sftkit/masking';
import { loadModel } from '@sftkit/model/node';
import { add, type Backend, f32, gpuBackend, matmul, trace } from '@sftkit/tensor';
import { installWebGpu } from '@sftkit/tensor/node';
import { onnxBackend } from '@sftkit/tensor-onnx';
import { type ActivationCheckpointing, supervisedCapacity, Trainer } from '@sftkit/trainer';
import { type PreparedProduct, serveContestant } from './serve-contestant.js';
import { readTask, type Task } from './task.js';

const [system, activationCheckpointing, directory] = process.argv.slice(2) as [
  string,
  ActivationCheckpointing,
  string,
];
const task = await readTask(directory);
const backend = await backendOf(system, task.threads);
const trainer = await createTrainer();
const batch = batchOf(task);

await serveContestant({
  description: backend.description,
  step: async () => (await trainer.update([batch])).loss,
  product: prepareProduct,
});

async function backendOf(name: string, threads: number): Promise<Backend> {
  switch (name) {
    case 'onnx':
      return onnxBackend({ threads });
    case 'webgpu':
      await installWebGpu();
      return gpuBackend({ mode: 'webgpu' });
    default:
      return gpuBackend({ mode: 'webasm' });
  }
}

async function createTrainer(): Promise<Trainer> {
  const { model, weights } = await loadModel(directory);
  const length = task.inputIds.length;
  const capacity = supervisedCapacity(supervisedTokens(task), { rows: 1, length });
  return Trainer.create(
    backend,
    model,
    weights,
    { rows: 1, length, capacity },
    {
      learningRate: () => task.learningRate,
      betas: task.betas,
      epsilon: task.epsilon,
      weightDecay: task.weightDecay,
      clip: task.clip,
      activationCheckpointing,
      adopt: true,
    },
  );
}

function supervisedTokens({ targets }: Task): number {
  return targets.filter((target) => target >= 0).length;
}

/** One row, one segment. */
function batchOf(given: Task): Batch {
  const length = given.inputIds.length;
  const supervised = supervisedTokens(given);
  return {
    rows: 1,
    length,
    inputIds: Int32Array.from(given.inputIds),
    positions: Int32Array.from({ length }, (_, t) => t),
    segmentIds: new Int32Array(length),
    targets: Int32Array.from(given.targets),
    weights: Float32Array.from(given.targets, (target) => (target >= 0 ? 1 : 0)),
    supervisedTokens: supervised,
    supervisedWeight: supervised,
    totalTokens: length,
    examples: [0],
  };
}

/** @returns what writes to one buffer again and again, as a step's products do */
async function prepareProduct(rows: number, inner: number, columns: number): Promise<PreparedProduct> {
  const types = { x: f32(rows, inner), w: f32(inner, columns) };
  const executable = await backend.compile(trace(types, ({ x, w }) => ({ y: matmul(x!, w!) })));
  const x = await backend.buffer(types.x, new Float32Array(rows * inner).fill(1));
  const w = await backend.buffer(types.w, new Float32Array(inner * columns).fill(1));
  const y = await backend.buffer(f32(rows, columns));
  // Queued behind the products, and small to read back.
  const last = await backend.compile(trace({ a: f32(1) }, ({ a }) => ({ b: add(a!, a!) })));
  return {
    multiply: () => executable.run({ x, w }, { y }),
    async settle() {
      const { b } = await last.run({ a: new Float32Array(1) });
      await b!.read();
      b!.dispose();
    },
    dispose() {
      for (const each of [executable, last, x, w, y]) {
        each.dispose();
      }
    },
  };
}
