import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeAdapter } from './describe-adapter.js';
import { installWebGpu } from './install-web-gpu.node.js';

const scope = globalThis as { navigator?: { gpu?: unknown } };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sftkit-vulkan-'));
  vi.stubEnv('LD_LIBRARY_PATH', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('brings WebGPU into the process and takes it out again', async () => {
  writeFileSync(join(folder, 'libvulkan.so.1'), '');
  const navigatorBefore = scope.navigator;
  expect(navigatorBefore?.gpu).toBeUndefined();
  const installed = await installWebGpu();
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
  vi.stubGlobal('process', Object.create(process, { platform: { value: 'linux' } }));
  try {
    const { problem, dispose } = await installWebGpu();
    const hasLoader = problem === undefined;
    // A system with its own loader has WebGPU; on all others the reason is named.
    if (!hasLoader) {
      expect(problem).toMatch(/^no Vulkan loader \(libvulkan\.so\.1\) on this system/);
      expect(scope.navigator?.gpu).toBeUndefined();
    }
    dispose();
  } finally {
    vi.unstubAllGlobals();
  }
});
