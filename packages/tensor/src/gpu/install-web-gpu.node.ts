import { BackendError } from '../tensor-error.js';

/** WebGPU in this process. The process ends once `dispose` was called. */
export interface InstalledWebGpu {
  dispose(): void;
}

/**
 * Makes `navigator.gpu` in Node from the optional package `webgpu` (Dawn). Call it before
 * `gpuBackend({ mode: 'webgpu' })`, and dispose it after the backend.
 * @throws {BackendError} if the package is not installed or does not load here
 */
export async function installWebGpu(): Promise<InstalledWebGpu> {
  const scope = globalThis as { navigator?: object };
  if (scope.navigator !== undefined && 'gpu' in scope.navigator) {
    return { dispose() {} };
  }
  const { create, globals } = await import('webgpu').catch((cause: unknown) => {
    throw new BackendError(
      `installWebGpu: expected the package webgpu, got "${(cause as Error).message}"; install it with: npm install webgpu`,
      { cause },
    );
  });
  Object.assign(globalThis, globals);
  // Node 21 brings a navigator of its own, without gpu and with read-only properties: put ours over it.
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  const navigator = Object.create(scope.navigator ?? null, { gpu: { value: create([]) } }) as object;
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true, writable: true });
  return {
    // Dawn keeps the process alive as long as its instance is referenced.
    dispose() {
      if (before === undefined) {
        delete scope.navigator;
      } else {
        Object.defineProperty(globalThis, 'navigator', before);
      }
    },
  };
}
