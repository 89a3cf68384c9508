import type { Backend } from '../backend.js';
import { sizeOf } from '../shape.js';
import { BackendError } from '../tensor-error.js';
import { GpuBuffer, store } from './gpu-buffer.js';
import { gpuExecutable } from './gpu-executable.js';
import { type GpuInstance, type GpuJs, type GpuMode, loadGpuJs } from './gpu-js.js';
import { kernelCache, type Threads } from './kernel-cache.js';
import { hostMemory, type Memory } from './memory.js';
import { webGlMemory } from './webgl-memory.js';
import { webGpuMemory } from './webgpu-memory.js';

export interface GpuBackendOptions {
  /** What runs the kernels. A mode that is not to be had is an error, never replaced by another. */
  readonly mode?: GpuMode;
  /** Threads of the WebAssembly mode; one per processor by default. A page without SharedArrayBuffer has one. */
  readonly threads?: number;
}

/**
 * Runs programs with gpu.js: every operation is one or a few kernels, run one after the other. On WebGPU and
 * WebGL all values stay on the device from one run to the next.
 * @throws {BackendError} if the mode does not run here
 */
export async function gpuBackend({ mode = 'webasm', threads }: GpuBackendOptions = {}): Promise<Backend> {
  const gpuJs = await loadGpuJs();
  const gpu = createGpu(gpuJs, mode);
  const usedThreads = gpuJs.WebAssemblyKernel.isThreadsSupported ? (threads ?? 'all') : 1;
  const memory = await createMemory(gpuJs, gpu, mode, usedThreads);
  const kernels = kernelCache(gpuJs, gpu, mode, memory, usedThreads);
  let disposed = false;

  return {
    name: memory.name,
    description: `${memory.name} on ${memory.description}`,

    compile: (program) => gpuExecutable(program, kernels, memory),

    async buffer(type, data = new Float32Array(sizeOf(type.shape))) {
      return new GpuBuffer(memory, type, await store(memory, type, data));
    },

    async dispose() {
      if (!disposed) {
        disposed = true;
        await gpu.destroy();
        await memory.dispose();
      }
    },
  };
}

function createGpu(gpuJs: GpuJs, mode: GpuMode): GpuInstance {
  try {
    return new gpuJs.GPU({ mode });
  } catch (cause) {
    const remedy = {
      webgpu:
        'in Node, call installWebGpu() of @sftkit/tensor/node first, whose `problem` says what is missing; in a browser, use one with WebGPU',
      webgl2: 'WebGL needs a browser; use webgpu, webasm or cpu',
      webgl: 'WebGL needs a browser; use webgpu, webasm or cpu',
      webasm: 'use cpu',
      cpu: 'plain JavaScript runs everywhere, so gpu.js itself is broken: install it again',
    }[mode];
    throw new BackendError(`gpu.js ${mode}: not supported here; ${remedy}`, { cause });
  }
}

async function createMemory(
  gpuJs: GpuJs,
  gpu: GpuInstance,
  mode: GpuMode,
  threads: Threads,
): Promise<Memory> {
  switch (mode) {
    case 'webgpu':
      return webGpuMemory(gpuJs);
    case 'webgl2':
    case 'webgl':
      return webGlMemory(gpu, `gpu.js ${mode}`, 'WebGL float textures');
    case 'webasm':
      return hostMemory(
        `gpu.js ${mode}`,
        `WebAssembly, ${threads === 1 ? 'one thread' : threads === 'all' ? 'a thread per processor' : `${threads} threads`}`,
      );
    case 'cpu':
      return hostMemory(`gpu.js ${mode}`, 'plain JavaScript, one thread');
  }
}
