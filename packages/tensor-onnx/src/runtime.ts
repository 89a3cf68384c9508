/** What this package needs of ONNX Runtime, which Node has as an addon and a browser as WebAssembly. */
import { BackendError } from '@sftkit/tensor';
import type { Tensor, TensorConstructor } from 'onnxruntime-node';
import type { GraphModel } from './graph/graph.js';

export interface Runtime {
  /** Version, processor and threads, for a person. */
  readonly description: string;
  readonly Tensor: TensorConstructor;
  /** Whether sessions write outputs where they are told, so that several may be written to the same memory in turn. */
  readonly overlaps: boolean;
  createSession(model: GraphModel): Promise<Session>;
}

export interface Session {
  /** Computes every output named in `outputs`, into the memory of the tensor that is given for it. */
  run(inputs: Readonly<Record<string, Tensor>>, outputs: Readonly<Record<string, Tensor>>): Promise<void>;
  release(): Promise<void>;
}

export interface OnnxBackendOptions {
  /**
   * Threads of one operation. Default: one per physical core in Node, one per logical processor in a browser. A
   * browser has one thread only unless the page is cross-origin isolated; the first backend decides for the page.
   */
  readonly threads?: number | undefined;
  /**
   * Browsers only: where the WebAssembly of onnxruntime-web is served, as the URL of a folder or of its two files.
   * Default: where the bundler put them, else in the folder onnxruntime-web beside the script.
   */
  readonly wasmPaths?: string | WasmFiles | undefined;
}

export interface WasmFiles {
  /** URL of ort-wasm-simd-threaded.mjs */
  readonly mjs: string;
  /** URL of ort-wasm-simd-threaded.wasm */
  readonly wasm: string;
}

/** Options of every session, wherever it runs. */
export const SESSION_OPTIONS = {
  executionProviders: ['cpu'],
  // The program runs as it was planned: merging common subexpressions would undo rematerialisation.
  graphOptimizationLevel: 'disabled',
  // Without the arena every large result is fresh memory of the system, and its page faults cost a step
  // of a small model a fifth of its time. A memory pattern on top raised the peak and saved nothing.
  enableCpuMemArena: true,
  enableMemPattern: false,
  logSeverityLevel: 4, // errors are thrown, not also printed
} as const;

/** @throws {BackendError} if `threads` is no positive integer */
export function checkThreads(threads: number | undefined): void {
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new BackendError(`onnx: expected a positive whole number of threads, got ${threads}`);
  }
}
