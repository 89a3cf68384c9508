import {
  BackendError,
  type Buffer,
  checkArguments,
  type Executable,
  type NumericArray,
  type Program,
  type TensorType,
} from '@sftkit/tensor';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { explainError } from './explain-error.js';
import { canShareMemory } from './in-place.js';
import type { LoweredProgram } from './lowering/lower-program.js';
import { OnnxBuffer } from './onnx-buffer.js';
import type { Runtime } from './runtime.js';

type HostArray = Float32Array | Int32Array;

/** A program as one session of ONNX Runtime. Inputs are read and outputs are written where they lie. */
export class OnnxExecutable implements Executable {
  readonly program: Program;
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;
  readonly #lowered: LoweredProgram;
  /** Answers of `canShareMemory`, by input and output. */
  readonly #sharing = new Map<string, boolean>();

  constructor(runtime: Runtime, session: InferenceSession, program: Program, lowered: LoweredProgram) {
    this.#runtime = runtime;
    this.#session = session;
    this.program = program;
    this.#lowered = lowered;
  }

  async run(
    inputs: Readonly<Record<string, Buffer | NumericArray>>,
    into: Readonly<Record<string, Buffer>> = {},
  ): Promise<Record<string, Buffer>> {
    checkArguments('onnx', this.program, inputs, into);
    const sources = new Map(
      Object.keys(this.program.inputs).map((name) => [name, memoryOf(inputs[name]!, this.#inputType(name))]),
    );
    const targets = this.#targets(into);
    const feeds: Record<string, Tensor> = {};
    for (const [name, value] of this.#lowered.inputs) {
      feeds[value] = this.#tensor(sources.get(name)!, this.#inputType(name));
    }
    const fetches: Record<string, Tensor> = {};
    const copies: { readonly from: HostArray; readonly to: HostArray }[] = [];
    for (const [name, value] of this.#lowered.outputs) {
      const target = targets.get(name)!;
      const inPlace = [...sources].every(
        ([input, data]) => data !== target.data || this.#canShare(input, name),
      );
      const destination = inPlace ? target.data : target.data.slice();
      if (!inPlace) {
        copies.push({ from: destination, to: target.data });
      }
      fetches[value] = this.#tensor(destination, target);
    }
    try {
      await this.#session.run(feeds, fetches);
    } catch (error) {
      throw explainError(error, this.program);
    }
    for (const { from, to } of copies) {
      to.set(from);
    }
    return Object.fromEntries(targets);
  }

  dispose(): void {
    void this.#session.release();
  }

  #inputType(name: string): TensorType {
    return this.program.values[this.program.inputs[name]!]!;
  }

  #targets(into: Readonly<Record<string, Buffer>>): Map<string, OnnxBuffer> {
    const targets = new Map<string, OnnxBuffer>();
    for (const [name, id] of Object.entries(this.program.outputs)) {
      targets.set(name, ownBuffer(into[name] ?? new OnnxBuffer(this.program.values[id]!)));
    }
    if (new Set(targets.values()).size < targets.size) {
      throw new BackendError('onnx: two outputs have the same buffer as destination; give each its own');
    }
    return targets;
  }

  #canShare(input: string, output: string): boolean {
    const key = JSON.stringify([input, output]);
    let answer = this.#sharing.get(key);
    if (answer === undefined) {
      const { model, inputs, outputs } = this.#lowered;
      const value = inputs.get(input);
      answer = value === undefined || canShareMemory(model.nodes, value, outputs.get(output)!);
      this.#sharing.set(key, answer);
    }
    return answer;
  }

  #tensor(data: HostArray, { shape }: TensorType): Tensor {
    return data instanceof Float32Array
      ? new this.#runtime.Tensor('float32', data, shape)
      : new this.#runtime.Tensor('int32', data, shape);
  }
}

/** The memory behind an input; arrays of another element type are converted. */
function memoryOf(given: Buffer | NumericArray, { dtype }: TensorType): HostArray {
  if (!ArrayBuffer.isView(given)) {
    return ownBuffer(given).data;
  }
  if (dtype === 'f32') {
    return given instanceof Float32Array ? given : Float32Array.from(given);
  }
  return given instanceof Int32Array ? given : Int32Array.from(given);
}

function ownBuffer(buffer: Buffer): OnnxBuffer {
  if (!(buffer instanceof OnnxBuffer)) {
    throw new BackendError(
      'onnx: expected a buffer of this backend, got one of another; make it with backend.buffer()',
    );
  }
  return buffer;
}
