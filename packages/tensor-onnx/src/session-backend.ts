import type {
  Backend,
  Buffer,
  BufferOptions,
  Executable,
  NumericArray,
  Program,
  TensorType,
} from '@sftkit/tensor';
import { explainError } from './explain-error.js';
import { lowerProgram } from './lowering/lower-program.js';
import { OnnxBuffer } from './onnx-buffer.js';
import { OnnxExecutable } from './onnx-executable.js';
import type { Runtime } from './runtime.js';

/** Each program becomes one session of an ONNX Runtime. */
export class SessionBackend implements Backend {
  readonly name = 'onnxruntime cpu';
  readonly description: string;
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.description = runtime.description;
    this.#runtime = runtime;
  }

  async compile(program: Program): Promise<Executable> {
    const lowered = lowerProgram(program);
    try {
      const { model } = lowered;
      const session = model.outputs.length > 0 ? await this.#runtime.createSession(model) : undefined;
      return new OnnxExecutable(this.#runtime, program, lowered, session);
    } catch (error) {
      throw explainError(error, program);
    }
  }

  async buffer(type: TensorType, data?: NumericArray, options?: BufferOptions): Promise<Buffer> {
    return new OnnxBuffer(type, data, options);
  }

  async dispose(): Promise<void> {
    // Sessions belong to their executables; the backend itself holds nothing.
  }
}
