/** Finds ONNX Runtime. Imported when a backend is made, so that this package loads without it. */
import { BackendError } from '@sftkit/tensor';

export type Runtime = typeof import('onnxruntime-node');

/** @throws {BackendError} if onnxruntime-node is not installed or does not load on this machine */
export async function loadRuntime(
  load: () => Promise<Runtime> = () => import('onnxruntime-node'),
): Promise<Runtime> {
  try {
    const module: Runtime & { readonly default?: Runtime } = await load();
    return module.default ?? module; // a CommonJS package: all of it is on `default`, only some names beside it
  } catch (cause) {
    throw new BackendError(
      `onnx: onnxruntime-node does not load: ${cause instanceof Error ? cause.message : cause}; ` +
        'install it (npm install onnxruntime-node) or choose another backend',
      { cause },
    );
  }
}
