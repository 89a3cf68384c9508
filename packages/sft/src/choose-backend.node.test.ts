import { expect, test } from 'vitest';
import { chooseBackend, findAdapter } from './choose-backend.node.js';

const { adapter, release } = await findAdapter();
release();

test('a backend that is named is that one', async () => {
  for (const [name, expected] of [
    ['onnx', 'onnxruntime cpu'],
    ['webasm', 'gpu.js webasm'],
    ['cpu', 'gpu.js cpu'],
    ['reference', 'reference'],
  ] as const) {
    const { backend, dispose } = await chooseBackend(name);
    expect(backend.name).toBe(expected);
    await dispose();
  }
});

test.skipIf(adapter !== undefined)('WebGPU that is not there is an error, not another backend', async () => {
  await expect(chooseBackend('webgpu')).rejects.toThrow(
    /backend webgpu: expected a WebGPU adapter, found none/,
  );
});

test.skipIf(adapter !== undefined && !adapter.isSoftware)(
  'without a real GPU, auto takes ONNX Runtime and says why',
  async () => {
    const { backend, reason, dispose } = await chooseBackend('auto');
    expect(backend.name).toBe('onnxruntime cpu');
    expect(reason).toMatch(/(no GPU was found|is no real GPU), and ONNX Runtime is installed/);
    await dispose();
  },
);
