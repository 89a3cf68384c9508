import {
  BackendError,
  type Buffer,
  type Executable,
  formatShape,
  type NumericArray,
  type Program,
  sizeOf,
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
    const sources = this.#sources(inputs);
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

  #sources(inputs: Readonly<Record<string, Buffer | NumericArray>>): Map<string, HostArray> {
    const sources = new Map<string, HostArray>();
    for (const name of Object.keys(this.program.inputs)) {
      const input = inputs[name];
      if (input === undefined) {
        throw new BackendError(
          `run: input "${name}" is missing, got ${Object.keys(inputs).join(', ') || 'none'}; the program takes ${Object.keys(this.program.inputs).join(', ')}`,
        );
      }
      sources.set(name, hostArray(`input "${name}"`, input, this.#inputType(name)));
    }
    return sources;
  }

  #targets(into: Readonly<Record<string, Buffer>>): Map<string, OnnxBuffer> {
    const targets = new Map<string, OnnxBuffer>();
    for (const [name, id] of Object.entries(this.program.outputs)) {
      const type = this.program.values[id]!;
      const target = into[name] ?? new OnnxBuffer(type);
      hostArray(`destination of output "${name}"`, target, type);
      targets.set(name, target as OnnxBuffer);
    }
    const unknown = Object.keys(into).find((name) => !targets.has(name));
    if (unknown !== undefined) {
      throw new BackendError(
        `run: "${unknown}" is no output; the program gives ${[...targets.keys()].join(', ')}`,
      );
    }
    if (new Set(targets.values()).size < targets.size) {
      throw new BackendError('run: two outputs have the same buffer as destination; give each its own');
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

/** The memory behind an input or destination, checked. Arrays of the other element type are converted. */
function hostArray(what: string, given: Buffer | NumericArray, { dtype, shape }: TensorType): HostArray {
  const expected = `${dtype} ${formatShape(shape)}`;
  if (ArrayBuffer.isView(given)) {
    if (given.length !== sizeOf(shape)) {
      throw new BackendError(`run: ${what}: expected ${expected}, got ${given.length} elements`);
    }
    if (dtype === 'f32') {
      return given instanceof Float32Array ? given : Float32Array.from(given);
    }
    if (given instanceof Int32Array) {
      return given;
    }
    throw new BackendError(
      `run: ${what}: expected ${expected}, got a ${given.constructor.name}; use an Int32Array`,
    );
  }
  if (!(given instanceof OnnxBuffer)) {
    throw new BackendError(`run: ${what}: expected a buffer of this backend; make it with backend.buffer()`);
  }
  if (
    given.dtype !== dtype ||
    given.shape.length !== shape.length ||
    given.shape.some((n, i) => n !== shape[i])
  ) {
    throw new BackendError(
      `run: ${what}: expected ${expected}, got ${given.dtype} ${formatShape(given.shape)}`,
    );
  }
  return given.data;
}
