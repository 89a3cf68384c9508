/**
 * ONNX Runtime as WebAssembly, where there is no Node. It is imported when a backend is made, so that this package
 * loads without it.
 *
 * Its settings are those of the page, not of a backend: they are taken when the first session of the page is made,
 * and a page in which that failed cannot try again. So a session is made at once, to fail here and not in the first
 * program.
 */
import { type Backend, BackendError } from '@sftkit/tensor';
import { findRefusedNode } from './find-refused-node.js';
import { encodeModel } from './graph/encode-model.js';
import type { GraphModel } from './graph/graph.js';
import {
  checkThreads,
  type OnnxBackendOptions,
  type Runtime,
  SESSION_OPTIONS,
  type WasmFiles,
} from './runtime.js';
import { SessionBackend } from './session-backend.js';

type Library = typeof import('onnxruntime-web/wasm');
type InferenceSession = import('onnxruntime-web/wasm').InferenceSession;

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
  try {
    wasm.wasmPaths ??= absolutePaths(wasmPaths) ?? pathsBesideTheBundle();
    await start(library);
  } catch (cause) {
    throw new BackendError(
      `onnx: the WebAssembly of onnxruntime-web does not start: ${messageOf(cause)}; serve ` +
        'ort-wasm-simd-threaded.mjs and ort-wasm-simd-threaded.wasm of onnxruntime-web/dist, name their folder in ' +
        'wasmPaths and load the page again',
      { cause },
    );
  }
  return new SessionBackend(runtimeOf(library, threads));
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

/** Makes a session of the smallest model; what it is made of matters to nobody. */
async function start({ InferenceSession }: Library): Promise<void> {
  const [input, output] = ['input', 'output'].map((name) => ({ name, dtype: 'f32', shape: [] }) as const);
  const node = { name: 'start', opType: 'Identity', inputs: ['input'], outputs: ['output'], attributes: {} };
  const model = { nodes: [node], initializers: [], inputs: [input!], outputs: [output!] };
  const session = await inTurn(() => InferenceSession.create(encodeModel(model), { ...SESSION_OPTIONS }));
  await inTurn(() => session.release());
}

/**
 * Written as bundlers know it (Vite, webpack): they put the files among the others of the page and write their URLs
 * here. Without one, the files are those in the folder onnxruntime-web beside this script. The library's own default
 * is not taken: it starts the script that it is bundled into once more as each thread, which then waits for ever.
 */
function pathsBesideTheBundle(): WasmFiles {
  return {
    mjs: new URL('onnxruntime-web/ort-wasm-simd-threaded.mjs', import.meta.url).href,
    wasm: new URL('onnxruntime-web/ort-wasm-simd-threaded.wasm', import.meta.url).href,
  };
}

function absolutePaths(paths: OnnxBackendOptions['wasmPaths']): WasmFiles | undefined {
  if (typeof paths !== 'string') {
    return paths;
  }
  const folder = new URL(paths.replace(/\/*$/, '/'), host.location?.href);
  return {
    mjs: new URL('ort-wasm-simd-threaded.mjs', folder).href,
    wasm: new URL('ort-wasm-simd-threaded.wasm', folder).href,
  };
}

/** WebAssembly threads share memory, which a page may only if no other site's page can look into it. */
function threadsAreAllowed(): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && host.crossOriginIsolated !== false;
}

function runtimeOf(library: Library, asked: number | undefined): Runtime {
  const { web, common } = library.env.versions;
  const threads = describeThreads(library.env.wasm.numThreads!, asked);
  return {
    description: `ONNX Runtime ${web ?? common} as WebAssembly, ${threads}`,
    Tensor: library.Tensor,
    overlaps: false,
    async createSession(model) {
      const session = await compile(library, model);
      return {
        // It does not write into tensors that it is given for outputs, but makes new ones.
        async run(inputs, outputs) {
          const results = await inTurn(() => session.run(inputs, Object.keys(outputs)));
          for (const [name, { data }] of Object.entries(outputs)) {
            (data as Float32Array).set(results[name]!.data as Float32Array);
          }
        },
        release: () => inTurn(() => session.release()),
      };
    },
  };
}

/** What ONNX Runtime says of a node that it does not name. */
const UNNAMED = /\[(?:Shape|Type)InferenceError\]/;

/** @throws {Error} that names the node, if there is one to blame */
async function compile({ InferenceSession }: Library, model: GraphModel): Promise<InferenceSession> {
  const create = (part: GraphModel) =>
    inTurn(() => InferenceSession.create(encodeModel(part), { ...SESSION_OPTIONS }));
  try {
    return await create(model);
  } catch (cause) {
    if (!UNNAMED.test(messageOf(cause))) {
      throw cause;
    }
    const refused = await findRefusedNode(model, (part) =>
      create(part).then(
        (session) => inTurn(() => session.release()).then(() => true),
        () => false,
      ),
    );
    throw refused === undefined ? cause : new Error(`${messageOf(cause)} (node ${refused})`, { cause });
  }
}

let last: Promise<unknown> = Promise.resolve();

/** One call of the library after another: calls at the same time would share one stack, and one last error. */
function inTurn<T>(call: () => Promise<T>): Promise<T> {
  const result = last.then(call);
  last = result.catch(() => {});
  return result;
}

function describeThreads(count: number, asked = count): string {
  const text = `${count} thread${count === 1 ? '' : 's'}`;
  if (!threadsAreAllowed()) {
    return `${text}: more need a cross-origin isolated page`;
  }
  return count === asked ? text : `${text}: the first session of the page decides, ${asked} come too late`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
