import { describe, expect, it, vi } from 'vitest';
import { BackendError } from '../tensor-error.js';
import { loadGpuJs } from './gpu-js.js';
import type { Kernel, KernelThis, Values } from './kernel.js';
import { kernelCache } from './kernel-cache.js';
import { hostMemory } from './memory.js';

function double(this: KernelThis, x: Values): number {
  return 2.0 * x[this.thread.x]!;
}

function call(body: Kernel, length: number) {
  return {
    body,
    size: [length] as const,
    constants: {},
    arrays: [0],
    lengths: [length],
    result: 1,
    releases: [],
    isHeavy: false,
  };
}

const gpuJs = await loadGpuJs();

describe('kernelCache', () => {
  it('compiles equal calls once and others apart', async () => {
    const gpu = new gpuJs.GPU({ mode: 'cpu' });
    const cache = kernelCache(gpuJs, gpu, 'cpu', hostMemory('test', 'here'));
    expect(cache.kernelFor(call(double, 3))).toBe(cache.kernelFor(call(double, 3)));
    expect(cache.kernelFor(call(double, 3))).not.toBe(cache.kernelFor(call(double, 4)));
    const three = call(double, 3);
    const result = await cache.run(cache.kernelFor(three), three, [Float32Array.of(1, 2, 3)]);
    expect(result).toEqual(Float32Array.of(2, 4, 6));
    await gpu.destroy();
  });

  it('raises an error where gpu.js falls back to another mode with a warning', async () => {
    const warning = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const gpu = new gpuJs.GPU({ mode: 'webasm' });
    const cache = kernelCache(gpuJs, gpu, 'webasm', hostMemory('gpu.js webasm', 'here'));
    // A WebGL texture is no argument of WebAssembly, but one of the cpu mode.
    const texture = { type: 'NumberTexture', toArray: () => Float32Array.of(1, 2), delete() {} };
    const two = call(double, 2);
    const attempt = cache.run(cache.kernelFor(two), two, [texture]);
    await expect(attempt).rejects.toBeInstanceOf(BackendError);
    await expect(attempt).rejects.toThrow(/gpu.js webasm: kernel double ran in mode cpu instead/);
    expect(warning).toHaveBeenCalledOnce();
    warning.mockRestore();
    await gpu.destroy();
  });
});
