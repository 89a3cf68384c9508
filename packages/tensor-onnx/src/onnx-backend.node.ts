/** ONNX Runtime as Node's addon. It is imported when a backend is made, so that this package loads without it. */
import { type Backend, BackendError } from '@sftkit/tensor';
import { encodeModel } from './graph/encode-model.js';
import { checkThreads, type OnnxBackendOptions, type Runtime, SESSION_OPTIONS } from './runtime.js';
import { SessionBackend } from './session-backend.js';
import { runUnreturned, withUnreturnable } from './unreturned-results.node.js';

type Addon = typeof import('onnxruntime-node');

/**
 * Programs at the CPU's native speed, through ONNX Runtime. Each program becomes one session.
 * @throws {BackendError} if onnxruntime-node is missing or `threads` is no positive integer
 */
export async function onnxBackend({ threads }: OnnxBackendOptions = {}): Promise<Backend> {
  checkThreads(threads);
  return new SessionBackend(runtimeOf(await loadAddon(), threads));
}

/** @throws {BackendError} if onnxruntime-node is not installed or does not load on this machine */
async function loadAddon(): Promise<Addon> {
  // Since 1.29 it writes a device id and events into the home folder and looks up its collector, unless it is told not to
  // before it is loaded. Who wants that can set the variable.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  try {
    const module: Addon & { readonly default?: Addon } = await import('onnxruntime-node');
    return module.default ?? module; // a CommonJS package: all of it is on `default`, only some names beside it
  } catch (cause) {
    throw new BackendError(
      `onnx: onnxruntime-node does not load: ${cause instanceof Error ? cause.message : cause}; ` +
        'add it with: npm install onnxruntime-node --ignore-scripts (its script fetches libraries for CUDA, which are not used), or choose another backend',
      { cause },
    );
  }
}

function runtimeOf({ env, InferenceSession, Tensor }: Addon, threads: number | undefined): Runtime {
  const { node, common } = env.versions;
  const count =
    threads === undefined ? 'one thread per core' : `${threads} thread${threads === 1 ? '' : 's'}`;
  return {
    description: `ONNX Runtime ${node ?? common} on the CPU, ${count}`,
    Tensor,
    overlaps: true,
    async createSession(model) {
      const session = await InferenceSession.create(encodeModel(withUnreturnable(model)), {
        ...SESSION_OPTIONS,
        // Waiting threads spin for a moment, which is as long as most operations are apart, and then sleep. Without
        // spinning a step takes up to a fifth longer; with ONNX Runtime's own choice, a millisecond, it takes a
        // quarter to two thirds more processor time and, beside other work, up to twice the time.
        extra: { session: { intra_op: { allow_spinning: '1', spin_duration_us: '200' } } },
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      });
      return {
        run: (inputs, outputs) => runUnreturned(outputs, (all) => session.run(inputs, all)),
        release: () => session.release(),
      };
    },
  };
}
