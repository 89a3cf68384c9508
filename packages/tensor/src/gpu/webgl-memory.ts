import type { CompiledKernel, DeviceValue, GpuInstance } from './gpu-js.js';
import { flatten, type Memory } from './memory.js';

function uploadKernel(this: { readonly thread: { readonly x: number } }, values: readonly number[]): number {
  return values[this.thread.x]!;
}

/** Values in float textures of gpu.js's WebGL context. A kernel puts them there: gpu.js has no other way in. */
export function webGlMemory(gpu: GpuInstance, name: string, description: string): Memory {
  const settings = { precision: 'single', tactic: 'precision', pipeline: true, immutable: true } as const;
  const kernels = new Map<number, CompiledKernel>();
  return {
    name,
    description,
    async upload(data) {
      let kernel = kernels.get(data.length);
      if (kernel === undefined) {
        kernel = gpu.createKernel(uploadKernel, { ...settings, output: [data.length] });
        kernels.set(data.length, kernel);
      }
      return kernel(data) as DeviceValue;
    },
    async read(handle, length) {
      return flatten((handle as DeviceValue).toArray()).slice(0, length);
    },
    adopt: (result) => result as DeviceValue,
    release: (handle) => (handle as DeviceValue).delete(),
    async dispose() {},
  };
}
