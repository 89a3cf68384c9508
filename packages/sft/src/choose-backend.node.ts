/** From the name in a recipe to a running backend, and one line on what it is and why. */
import {
  type AdapterDescription,
  type Backend,
  BackendError,
  describeAdapter,
  type GpuMode,
  gpuBackend,
  referenceBackend,
} from '@sftkit/tensor';
import { installWebGpu } from '@sftkit/tensor/node';
import type { BackendName } from './recipe/recipe-schema.js';
import { SftError } from './sft-error.js';

/** Its script fetches libraries for CUDA, which nothing here uses. */
export const ADD_ONNX = 'npm install onnxruntime-node --ignore-scripts';
export const ADD_WEBGPU = 'npm install webgpu';

export interface ChosenBackend {
  readonly backend: Backend;
  /** Why this one, for a person. */
  readonly reason: string;
  /** Gives everything back, so that the process can end. */
  dispose(): Promise<void>;
}

/**
 * `auto`: a real GPU through gpu.js on WebGPU; else ONNX Runtime where its package loads; else gpu.js on
 * WebAssembly. A backend that is asked for by name is that one or an error.
 * @throws {SftError | BackendError} if the backend is absent
 */
export async function chooseBackend(
  name: BackendName,
  { threads }: { threads?: number | undefined } = {},
): Promise<ChosenBackend> {
  switch (name) {
    case 'auto':
    case 'gpu':
    case 'webgpu':
      return chooseByAdapter(name, threads);
    case 'onnx':
      return chosen(await loadOnnx(threads), 'asked for');
    case 'webasm':
    case 'cpu':
      return chosen(await gpuBackend({ mode: name }), 'asked for');
    case 'reference':
      return chosen(referenceBackend({ precision: 'float32' }), 'asked for; slow, for checking only');
  }
}

async function chooseByAdapter(
  name: 'auto' | 'gpu' | 'webgpu',
  threads: number | undefined,
): Promise<ChosenBackend> {
  const { adapter, problem, release } = await findAdapter();
  const gpu = async (mode: GpuMode, reason: string) => chosen(await gpuBackend({ mode }), reason, release);
  if (adapter !== undefined && (name === 'webgpu' || !adapter.isSoftware)) {
    return gpu('webgpu', `${name === 'auto' ? 'a GPU is there' : 'asked for'}: ${adapter.text}`);
  }
  release();
  const found = adapter === undefined ? 'no GPU was found' : `${adapter.text} is no real GPU`;
  if (name === 'webgpu') {
    throw new SftError(
      `backend webgpu: expected a WebGPU adapter, found none${problem === undefined ? '' : ` (${problem})`}; use backend=auto`,
    );
  }
  if (name === 'gpu') {
    return gpu('webasm', `asked for; ${found}`);
  }
  try {
    return chosen(await loadOnnx(threads), `${found}, and ONNX Runtime is installed`);
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return gpu('webasm', `${found}, and ONNX Runtime does not load; several times faster with: ${ADD_ONNX}`);
  }
}

function chosen(backend: Backend, reason: string, release = () => {}): ChosenBackend {
  return {
    backend,
    reason,
    async dispose() {
      await backend.dispose();
      release();
    },
  };
}

/**
 * Loaded only when it is wanted: the native library costs time and memory.
 * @throws {BackendError} if the package or its library does not load
 */
export async function loadOnnx(threads?: number): Promise<Backend> {
  const { onnxBackend } = await import('@sftkit/tensor-onnx').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BackendError(
      `backend onnx: expected the package @sftkit/tensor-onnx to load, got "${reason}"; use backend=webasm`,
      {
        cause,
      },
    );
  });
  return onnxBackend({ threads });
}

/** The WebGPU adapter of this machine, or why there is none. `release` lets the process end. */
export async function findAdapter(): Promise<{
  adapter: AdapterDescription | undefined;
  problem: string | undefined;
  release: () => void;
}> {
  const none = (problem: string) => ({ adapter: undefined, problem, release: () => {} });
  try {
    const installed = await installWebGpu();
    const adapter = await describeAdapter();
    return { adapter, problem: installed.problem, release: () => installed.dispose() };
  } catch (error) {
    return none(error instanceof Error ? error.message : String(error));
  }
}
