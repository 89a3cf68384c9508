/** Who races: a command that speaks the protocol of `contestant.ts`, and what must be there for it to run. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onnxBackend } from '@sftkit/tensor-onnx';
import type { BenchShape } from './shapes.js';

export interface System {
  readonly name: string;
  /** For --help. */
  readonly description: string;
  /** Called with the directory of the task behind it. */
  readonly command: readonly [string, ...string[]];
  /** @returns what is missing on this machine, undefined if nothing is */
  missing(): Promise<string | undefined>;
  /** @returns why nobody would want it raced here unasked, undefined if somebody would */
  pointless?(shape: BenchShape): Promise<string | undefined>;
}

const BENCH = join(import.meta.dirname, '..');
const PYTHON = process.env.SFTKIT_BENCH_PYTHON ?? 'python3';
const run = promisify(execFile);

const webgpu: System = {
  name: 'webgpu',
  description: 'sftkit on gpu.js and WebGPU',
  command: built('sftkit-step.js', 'webgpu', 'none'),
  missing: async () => ((await webGpuAdapter()) === undefined ? 'no WebGPU adapter' : undefined),
  pointless: async () => {
    const found = await webGpuAdapter();
    return found?.isSoftware ? `${found.text} is no GPU` : undefined;
  },
};

/** Raced unless others are asked for. The first one that is there is compared with each other one. */
export const MACHINE_SYSTEMS: readonly System[] = [
  {
    name: 'onnx',
    description: 'sftkit on ONNX Runtime',
    command: built('sftkit-step.js', 'onnx', 'none'),
    missing: () => problemOf(async () => (await onnxBackend({ threads: 1 })).dispose()),
  },
  {
    name: 'torch',
    description: `PyTorch on the CPU, as ${PYTHON} imports it`,
    command: [PYTHON, join(BENCH, 'torch_step.py'), 'cpu'],
    missing: () => missingInPython('import torch'),
  },
  {
    name: 'onnx-block',
    description: 'sftkit on ONNX Runtime with activation checkpointing, for its peak memory',
    command: built('sftkit-step.js', 'onnx', 'block'),
    missing: () => problemOf(async () => (await onnxBackend({ threads: 1 })).dispose()),
    pointless: async ({ name, small }) => (small ? `${name} needs no less memory` : undefined),
  },
  webgpu,
  {
    name: 'webasm',
    description: 'sftkit on gpu.js and WebAssembly',
    command: built('sftkit-step.js', 'webasm', 'none'),
    missing: async () => undefined,
    pointless: tooLarge,
  },
  {
    name: 'jax',
    description: 'jax-js on WebAssembly',
    command: source('jax-step.ts'),
    missing: () => problemOf(() => import.meta.resolve('@jax-js/jax')),
    pointless: tooLarge,
  },
  {
    name: 'tfjs',
    description: 'TensorFlow.js on WebAssembly',
    command: source('tfjs-step.ts'),
    missing: () => problemOf(() => import.meta.resolve('@tensorflow/tfjs-backend-wasm')),
    pointless: tooLarge,
  },
];

/** Raced on a hardware GPU. */
export const GPU_SYSTEMS: readonly System[] = [
  webgpu,
  {
    name: 'torch-cuda',
    description: `PyTorch on CUDA, as ${PYTHON} imports it`,
    command: [PYTHON, join(BENCH, 'torch_step.py'), 'cuda'],
    missing: () =>
      missingInPython('import torch; assert torch.cuda.is_available(), "torch sees no CUDA device"'),
  },
];

export const SYSTEMS: readonly System[] = [...new Set([...MACHINE_SYSTEMS, ...GPU_SYSTEMS])];

/** What WebGPU in Node runs on. Asked in another process, since a graphics library may end it. */
export interface Adapter {
  readonly text: string;
  readonly isSoftware: boolean;
}

let adapter: Promise<Adapter | undefined> | undefined;

/** @returns undefined if there is none */
export function webGpuAdapter(): Promise<Adapter | undefined> {
  adapter ??= (async () => {
    const [command, ...options] = source('print-adapter.ts');
    const { stdout } = await run(command, options).catch(() => ({ stdout: '' }));
    return stdout === '' ? undefined : (JSON.parse(stdout) as Adapter);
  })();
  return adapter;
}

/** sftkit as users run it: built, on built packages. */
function built(file: string, ...options: string[]): [string, ...string[]] {
  return [process.execPath, join(BENCH, 'dist', file), ...options];
}

/** Run from source, as the bench itself is. */
function source(file: string): [string, ...string[]] {
  return [process.execPath, ...process.execArgv, join(BENCH, 'src', file)];
}

async function tooLarge({ name, small }: BenchShape): Promise<string | undefined> {
  return small ? undefined : `${name} is too large for it`;
}

async function problemOf(attempt: () => unknown): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function missingInPython(statement: string): Promise<string | undefined> {
  const problem = await problemOf(() => run(PYTHON, ['-c', statement]));
  // Of a traceback, what it ends with.
  const reason = problem?.trim().split('\n').at(-1);
  return (
    reason && `${PYTHON} says "${reason}"; install it there, or name another Python in SFTKIT_BENCH_PYTHON`
  );
}
