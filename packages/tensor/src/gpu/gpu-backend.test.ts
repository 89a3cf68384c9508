/** The modes that need nothing but Node. test/ runs the same suite on WebGPU and in a browser. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largeIndexCheck } from '../../test/large-index-check.js';
import type { Backend } from '../backend.js';
import { compareOnBackend, conformanceCases, contractChecks } from '../conformance/index.js';
import { matmul } from '../ops/matmul.js';
import { BackendError } from '../tensor-error.js';
import { f32, trace } from '../trace.js';
import { gpuBackend } from './gpu-backend.js';

describe.each(['cpu', 'webasm'] as const)('gpu.js %s', (mode) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await gpuBackend({ mode });
  });
  afterAll(() => backend.dispose());

  it('says what it runs on', () => {
    expect(backend.name).toBe(`gpu.js ${mode}`);
    expect(backend.description).toMatch(`gpu.js ${mode} on `);
  });

  it.each(conformanceCases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    expect((await compareOnBackend(one, backend)).failures).toEqual([]);
  });

  it.each(contractChecks.map((one) => [one.name, one] as const))('%s', async (_, { check }) => {
    await check(backend);
  });

  it('indexes arrays of more than 2^24 elements', async () => {
    expect(await largeIndexCheck(backend)).toEqual([]);
  });
});

describe('threads of the WebAssembly mode', () => {
  it('give the same bits as one thread', async () => {
    // gpu.js shares out kernels of 4,096 cells and more; a cell is four elements here.
    const program = trace({ a: f32(128, 16), b: f32(16, 256) }, ({ a, b }) => {
      const y = matmul(a, b);
      return { y, square: matmul(y, y, { transposeA: true }) };
    });
    const a = Float32Array.from({ length: 128 * 16 }, (_, i) => Math.sin(i));
    const b = Float32Array.from({ length: 16 * 256 }, (_, i) => Math.cos(i));
    const results: Record<string, unknown>[] = [];
    for (const threads of [1, 2]) {
      const backend = await gpuBackend({ mode: 'webasm', threads });
      expect(backend.description).toContain(threads === 1 ? 'one thread' : '2 threads');
      const executable = await backend.compile(program);
      const { y, square } = await executable.run({ a, b });
      results.push({ y: await y!.read(), square: await square!.read() });
      await backend.dispose();
    }
    expect(results[1]).toEqual(results[0]);
  });
});

describe('a mode that is not to be had', () => {
  it.each(['webgl2', 'webgl'] as const)('%s in Node is an error with a remedy', async (mode) => {
    const attempt = gpuBackend({ mode });
    await expect(attempt).rejects.toBeInstanceOf(BackendError);
    await expect(attempt).rejects.toThrow(/not supported here; WebGL needs a browser/);
  });
});
