import { BackendError } from '../tensor-error.js';
import {
  type CompiledKernel,
  type GpuInstance,
  type GpuJs,
  type GpuMode,
  type Handle,
  modeOf,
} from './gpu-js.js';
import type { KernelSource } from './kernel.js';
import type { PlannedCall } from './lower-program.js';
import type { Memory } from './memory.js';

/** gpu.js cuts loops off silently at 1,000 turns unless told otherwise. No array is this long. */
const NO_LIMIT = 2 ** 30;

/** Whole numbers below it are integers in a kernel; other constants are floats. */
const INTEGER_LIMIT = 2 ** 31;

/** Kernels by function, size, array lengths and constants: equal instructions of all programs share one. */
export interface KernelCache {
  readonly mode: GpuMode;
  kernelFor(call: PlannedCall): CompiledKernel;
  /** @throws {BackendError} if gpu.js fails, or runs the kernel in another mode than the one asked for */
  run(kernel: CompiledKernel, call: PlannedCall, arrays: readonly Handle[]): Promise<Handle>;
}

/** Threads of the WebAssembly mode; all: one per processor. */
export type Threads = number | 'all';

export function kernelCache(
  gpuJs: GpuJs,
  gpu: GpuInstance,
  mode: GpuMode,
  memory: Memory,
  threads: Threads = 1,
): KernelCache {
  const kernels = new Map<KernelSource['body'], Map<string, CompiledKernel>>();
  let pool: object | undefined;
  const threading =
    mode !== 'webasm' || threads === 1
      ? {}
      : { asyncMode: true, ...(threads === 'all' ? {} : { poolSize: threads }) };
  const isHost = mode === 'cpu' || mode === 'webasm';
  const isWebGl = mode === 'webgl' || mode === 'webgl2';

  const create = ({ body, size, constants, isHeavy }: PlannedCall): CompiledKernel => {
    const kernel = gpu.createKernel(body, {
      output: size as readonly number[],
      constants,
      constantTypes: Object.fromEntries(
        Object.entries(constants).map(([name, value]) => [
          name,
          Number.isInteger(value) && Math.abs(value) < INTEGER_LIMIT ? 'Integer' : 'Float',
        ]),
      ),
      loopMaxIterations: NO_LIMIT,
      ...(isHost ? {} : { pipeline: true, immutable: true }),
      ...(isHeavy ? threading : {}),
      // A texture's size depends on the kernel that made it, not on the number of elements alone.
      ...(isWebGl ? { precision: 'single', tactic: 'precision', dynamicArguments: true } : {}),
    });
    if (mode === 'webasm') {
      // The rows that gpu.js would cut a result into, one object each, are put together again at once.
      kernel.kernel._shapeOutput = (data) => data;
    }
    memory.attach?.(kernel);
    return kernel;
  };

  return {
    mode,

    kernelFor(call) {
      const key = JSON.stringify([call.size, call.lengths, call.constants]);
      let ofBody = kernels.get(call.body);
      if (ofBody === undefined) {
        ofBody = new Map();
        kernels.set(call.body, ofBody);
      }
      let kernel = ofBody.get(key);
      if (kernel === undefined) {
        kernel = create(call);
        ofBody.set(key, kernel);
      }
      return kernel;
    },

    async run(kernel, { body, size, isHeavy }, arrays) {
      let result: unknown;
      try {
        // One pool of threads for all kernels: gpu.js would start another for each.
        if (isHeavy && pool !== undefined) {
          kernel.kernel._pool ??= pool;
        }
        result = await kernel(...arrays);
        pool ??= kernel.kernel._pool ?? undefined;
      } catch (cause) {
        throw new BackendError(
          `${memory.name}: kernel ${body.name} over ${size.join(' x ')} cells failed: ${(cause as Error).message}`,
          { cause },
        );
      }
      const actual = modeOf(gpuJs, kernel);
      if (actual !== mode) {
        const { fallbackReason } = kernel.kernel;
        throw new BackendError(
          `${memory.name}: kernel ${body.name} ran in mode ${actual ?? 'unknown'} instead${fallbackReason ? ` (${fallbackReason})` : ''}; ask for that mode if it is the one you want`,
        );
      }
      return memory.adopt(result, kernel);
    },
  };
}
