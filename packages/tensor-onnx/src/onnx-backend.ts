/**
 * ONNX Runtime as WebAssembly, where there is no Node. It is imported when a backend is made, so that this package
 * loads without it.
 *
 * Its settings are those of the page, not of a backend: they are taken when the first session of the page is made,
 * and a page in which that failed cannot try again. So a session is made at once, to fail here and not in the first
 * program.
 */
import { type Backend, BackendError } from '@sftkit/tensor';
import { encodeModel } from './graph/encode-model.js';
import { checkThreads, type OnnxBackendOptions, type Runtime, SESSION_OPTIONS } from './runtime.js';
import { SessionBackend } from './session-backend.js';

type Library = typeof import('onnxruntime-web/wasm');

/** What pages and workers have, as far as it is needed here. */
const host = globalThis as {
  readonly crossOriginIsolated?: boolean;
  readonly location?: { readonly href: string };
  readonly navigator?: { readonly hardwareConcurrency?: number };
};

/**
 * Programs as fast as WebAssembly runs them, through ONNX Runtime. Each program becomes one session.
 * @throws {BackendError} if onnxruntime-web or its WebAssembly does not load, or `threads` is no positive integer
 */
export async function onnxBackend({ threads, wasmPaths }: OnnxBackendOptions = {}): Promise<Backend> {
  checkThreads(threads);
  const library = await loadLibrary();
  const { wasm } = library.env;
  wasm.numThreads ??= threadsAreAllowed() ? (threads ?? host.navigator?.hardwareConcurrency ?? 1) : 1;
  if (wasmPaths !== undefined) {
    wasm.wasmPaths ??= typeof wasmPaths === 'string' ? folderUrl(wasmPaths) : wasmPaths;
  }
  const runtime = runtimeOf(library, threads);
  await start(runtime);
  return new SessionBackend(runtime);
}

/** @throws {BackendError} if onnxruntime-web is not installed, or its part of the bundle is not served */
async function loadLibrary(): Promise<Library> {
  try {
    return await import('onnxruntime-web/wasm');
  } catch (cause) {
    throw new BackendError(
      `onnx: onnxruntime-web does not load: ${messageOf(cause)}; ` +
        'install it (npm install onnxruntime-web) or choose another backend',
      { cause },
    );
  }
}

/** @throws {BackendError} if the WebAssembly file is not where it is looked for, or does not start */
async function start(runtime: Runtime): Promise<void> {
  const [input, output] = ['input', 'output'].map((name) => ({ name, dtype: 'f32', shape: [] }) as const);
  const node = { name: 'start', opType: 'Identity', inputs: ['input'], outputs: ['output'], attributes: {} };
  const model = encodeModel({ nodes: [node], initializers: [], inputs: [input!], outputs: [output!] });
  try {
    await (await runtime.createSession(model)).release();
  } catch (cause) {
    throw new BackendError(
      `onnx: the WebAssembly of onnxruntime-web does not start: ${messageOf(cause)}; serve ` +
        'ort-wasm-simd-threaded.mjs and ort-wasm-simd-threaded.wasm (in its folder dist) beside the bundle or name their ' +
        'folder in wasmPaths, then load the page again',
      { cause },
    );
  }
}

/** WebAssembly threads share memory, which a page may only if no other site's page can look into it. */
function threadsAreAllowed(): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && host.crossOriginIsolated !== false;
}

function runtimeOf({ env, InferenceSession, Tensor }: Library, asked: number | undefined): Runtime {
  const { web, common } = env.versions;
  return {
    description: `ONNX Runtime ${web ?? common} as WebAssembly, ${describeThreads(env.wasm.numThreads!, asked)}`,
    Tensor,
    async createSession(model) {
      const session = await InferenceSession.create(model, SESSION_OPTIONS);
      return {
        // It does not write into tensors that it is given for outputs, but makes new ones.
        async run(inputs, outputs) {
          const results = await session.run(inputs, Object.keys(outputs));
          for (const [name, { data }] of Object.entries(outputs)) {
            (data as Float32Array).set(results[name]!.data as Float32Array);
          }
        },
        release: () => session.release(),
      };
    },
  };
}

function describeThreads(count: number, asked = count): string {
  const text = `${count} thread${count === 1 ? '' : 's'}`;
  if (!threadsAreAllowed()) {
    return `${text}: more need a cross-origin isolated page`;
  }
  return count === asked ? text : `${text}: the first session of the page decides, ${asked} come too late`;
}

/** Absolute and with a slash at its end, as it is needed to put a name behind it. */
function folderUrl(folder: string): string {
  return new URL(folder.replace(/\/*$/, '/'), host.location?.href).href;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
