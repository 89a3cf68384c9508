import { expect, it } from 'vitest';
import { describeAdapter } from './describe-adapter.js';
import { installWebGpu } from './install-web-gpu.node.js';

it('brings WebGPU into the process and takes it out again', async () => {
  const scope = globalThis as { navigator?: { gpu?: unknown } };
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
