/** A contestant (see `contestant.ts`): the trainer's own step. usage: sftkit-step.ts BACKEND TASK */
import { createInterface } from 'node:readline';
import type { Batch } from '@sftkit/masking';
import { loadModel } from '@sftkit/model/node';
import { type Backend, f32, gpuBackend, matmul, trace } from '@sftkit/tensor';
import { installWebGpu } from '@sftkit/tensor/node';
import { onnxBackend } from '@sftkit/tensor-onnx';
import { supervisedCapacity, Trainer } from '@sftkit/trainer';
import { peakMemoryBytes } from '@sftkit/trainer/node';
import { readTask, type Task } from './task.js';

const [system, directory] = process.argv.slice(2) as [string, string];
const task = await readTask(directory);
const backend = await backendOf(system, task.threads);
const trainer = await createTrainer();
const batch = batchOf(task);
answer({ description: backend.description });

for await (const question of createInterface({ input: process.stdin })) {
  if (question === 'step') {
    const watch = stopwatch();
    const { loss } = await trainer.update([batch]);
    answer({ loss, ...watch() });
  } else if (question === 'product') {
    answer({ flopsPerSecond: await productRate() });
  } else {
    answer({ peakBytes: peakMemoryBytes() });
    process.exit(0);
  }
}

function answer(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function stopwatch(): () => { readonly seconds: number; readonly cpuSeconds: number } {
  const start = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const { user, system: kernel } = process.cpuUsage(cpu);
    return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + kernel) / 1e6 };
  };
}

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

/** Floating-point operations a second of the product 512 x 576 x 1536, on the same backend. */
async function productRate(): Promise<number> {
  const repetitions = 20;
  const [rows, inner, columns] = [512, 576, 1536];
  const types = { x: f32(rows, inner), w: f32(inner, columns) };
  const executable = await backend.compile(trace(types, ({ x, w }) => ({ y: matmul(x!, w!) })));
  const x = await backend.buffer(types.x, new Float32Array(rows * inner).fill(1));
  const w = await backend.buffer(types.w, new Float32Array(inner * columns).fill(1));
  const into = { y: await backend.buffer(f32(rows, columns)) };
  await executable.run({ x, w }, into);
  const watch = stopwatch();
  for (let i = 0; i < repetitions; i++) {
    await executable.run({ x, w }, into);
  }
  const { seconds } = watch();
  executable.dispose();
  return (2 * rows * inner * columns * repetitions) / seconds;
}
