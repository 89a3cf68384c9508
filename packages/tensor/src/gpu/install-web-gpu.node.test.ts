import { beforeEach, expect, it, vi } from 'vitest';
import { BackendError } from '../tensor-error.js';
import { describeAdapter } from './describe-adapter.js';
import { installWebGpu } from './install-web-gpu.node.js';
import { vulkanLoaderIsPresent } from './vulkan-loader.node.js';

// Whether this machine has a Vulkan loader decides nothing here: Dawn makes `navigator.gpu` without one, too.
vi.mock('./vulkan-loader.node.js', () => ({ vulkanLoaderIsPresent: vi.fn() }));

const scope = globalThis as { navigator?: { gpu?: unknown } };

beforeEach(() => {
  vi.mocked(vulkanLoaderIsPresent).mockReturnValue(true);
});

it('brings WebGPU into the process and takes it out again', async () => {
  const navigatorBefore = scope.navigator;
  expect(navigatorBefore?.gpu).toBeUndefined();
  const installed = await installWebGpu();
  expect(installed.problem).toBeUndefined();
  expect(scope.navigator?.gpu).toBeDefined();
  const again = await installWebGpu();
  again.dispose();
  expect(scope.navigator?.gpu).toBeDefined();
  installed.dispose();
  expect(scope.navigator).toBe(navigatorBefore);
  expect(scope.navigator?.gpu).toBeUndefined();
  expect(await describeAdapter()).toBeUndefined();
});

it('leaves Dawn alone where it would only warn, and says why', async () => {
  vi.mocked(vulkanLoaderIsPresent).mockReturnValue(false);
  const { problem, dispose } = await installWebGpu();
  expect(problem).toMatch(/^no Vulkan loader \(libvulkan\.so\.1\) on this system.*libvulkan1/);
  expect(scope.navigator?.gpu).toBeUndefined();
  dispose();
});

it('names the command that adds the package where it is missing', async () => {
  vi.doMock('webgpu', () => {
    throw new Error("Cannot find package 'webgpu'");
  });
  try {
    const attempt = installWebGpu();
    await expect(attempt).rejects.toThrow(BackendError);
    await expect(attempt).rejects.toThrow(/expected the package webgpu, got .*; .*npm install webgpu$/);
    expect(scope.navigator?.gpu).toBeUndefined();
  } finally {
    vi.doUnmock('webgpu');
  }
});
