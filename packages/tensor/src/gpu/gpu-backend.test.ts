/** The modes that need nothing but Node. test/ runs the same suite on WebGPU and in a browser. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largeIndexCheck } from '../../test/large-index-check.js';
import type { Backend } from '../backend.js';
import { compareOnBackend, conformanceCases, contractChecks } from '../conformance/index.js';
import { BackendError } from '../tensor-error.js';
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

describe('a mode that is not to be had', () => {
  it.each(['webgl2', 'webgl'] as const)('%s in Node is an error with a remedy', async (mode) => {
    const attempt = gpuBackend({ mode });
    await expect(attempt).rejects.toBeInstanceOf(BackendError);
    await expect(attempt).rejects.toThrow(/not supported here; WebGL needs a browser/);
  });
});
