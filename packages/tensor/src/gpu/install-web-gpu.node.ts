import { BackendError } from '../tensor-error.js';
import { vulkanLoaderIsPresent } from './vulkan-loader.node.js';

/** WebGPU in this process. The process ends once `dispose` was called. */
export interface InstalledWebGpu {
  /** Why there can be no adapter, and WebGPU was left out; undefined where there may be one. */
  readonly problem?: string;
  dispose(): void;
}

/**
 * Makes `navigator.gpu` in Node from the optional package `webgpu` (Dawn). Call it before
 * `gpuBackend({ mode: 'webgpu' })`, and dispose it after the backend.
 * @throws {BackendError} if the package is not installed or does not load here
 */
export async function installWebGpu(): Promise<InstalledWebGpu> {
  const scope = globalThis as { navigator?: { gpu?: unknown } };
  if (scope.navigator?.gpu !== undefined) {
    return { dispose() {} };
  }
  if (!vulkanLoaderIsPresent()) {
    const problem =
      'no Vulkan loader (libvulkan.so.1) on this system; Debian and Ubuntu have it in the package libvulkan1';
    return { problem, dispose() {} };
  }
  const { create, globals } = await import('webgpu').catch((cause: unknown) => {
    throw new BackendError(
      `installWebGpu: expected the package webgpu, got "${(cause as Error).message}"; install it with: npm install webgpu`,
      { cause },
    );
  });
  Object.assign(globalThis, globals);
  const gpu = { value: create([]), configurable: true };
  // Node 21 brings a navigator without gpu, Node 20 none.
  const own = scope.navigator === undefined;
  if (own) {
    Object.defineProperty(scope, 'navigator', { value: {}, configurable: true });
  }
  Object.defineProperty(scope.navigator, 'gpu', gpu);
  return {
    // Dawn keeps the process alive as long as its instance is referenced.
    dispose() {
      delete scope.navigator?.gpu;
      gpu.value = undefined as never;
      if (own) {
        delete scope.navigator;
      }
    },
  };
}
