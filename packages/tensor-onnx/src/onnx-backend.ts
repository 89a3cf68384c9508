import {
  type Backend,
  BackendError,
  type Buffer,
  type Executable,
  type NumericArray,
  type Program,
  type TensorType,
} from '@sftkit/tensor';
import type { InferenceSession } from 'onnxruntime-node';
import { explainError } from './explain-error.js';
import { encodeModel } from './graph/encode-model.js';
import type { GraphModel } from './graph/graph.js';
import { lowerProgram } from './lowering/lower-program.js';
import { OnnxBuffer } from './onnx-buffer.js';
import { OnnxExecutable } from './onnx-executable.js';
import { loadRuntime, type Runtime } from './runtime.js';

export interface OnnxBackendOptions {
  /** Threads of one operation. Default: ONNX Runtime's choice, one per physical core. */
  readonly threads?: number | undefined;
}

/**
 * Programs at the CPU's native speed, through ONNX Runtime. Each program becomes one session.
 * @throws {BackendError} if onnxruntime-node is missing or `threads` is no positive integer
 */
export async function onnxBackend({ threads }: OnnxBackendOptions = {}): Promise<Backend> {
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new BackendError(`onnx: expected a positive whole number of threads, got ${threads}`);
  }
  return new OnnxBackend(await loadRuntime(), threads);
}

class OnnxBackend implements Backend {
  readonly name = 'onnxruntime cpu';
  readonly description: string;
  readonly #runtime: Runtime;
  readonly #threads: number | undefined;

  constructor(runtime: Runtime, threads: number | undefined) {
    const { node, common } = runtime.env.versions;
    const count =
      threads === undefined ? 'one thread per core' : `${threads} thread${threads === 1 ? '' : 's'}`;
    this.description = `ONNX Runtime ${node ?? common} on the CPU, ${count}`;
    this.#runtime = runtime;
    this.#threads = threads;
  }

  async compile(program: Program): Promise<Executable> {
    const lowered = lowerProgram(program);
    try {
      const session = lowered.model.outputs.length > 0 ? await this.#session(lowered.model) : undefined;
      return new OnnxExecutable(this.#runtime, program, lowered, session);
    } catch (error) {
      throw explainError(error, program);
    }
  }

  #session(model: GraphModel): Promise<InferenceSession> {
    return this.#runtime.InferenceSession.create(encodeModel(model), {
      executionProviders: ['cpu'],
      // The program runs as it was planned: merging common subexpressions would undo rematerialisation.
      graphOptimizationLevel: 'disabled',
      // Without the arena every large result is fresh memory of the system, and its page faults cost a step
      // of a small model a fifth of its time. A memory pattern on top raised the peak and saved nothing.
      enableCpuMemArena: true,
      enableMemPattern: false,
      // Waiting threads sleep. Spinning took 20 to 40 % more processor time and, beside other work, up to twice the
      // time of a step; on an idle machine it gains a little, on the smallest models alone.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 4, // errors are thrown, not also printed
      ...(this.#threads === undefined ? {} : { intraOpNumThreads: this.#threads }),
    });
  }

  async buffer(type: TensorType, data?: NumericArray): Promise<Buffer> {
    return new OnnxBuffer(type, data);
  }

  async dispose(): Promise<void> {
    // Sessions belong to their executables; the backend itself holds nothing.
  }
}
