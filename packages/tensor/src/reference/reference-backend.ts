/**
 * The oracle: runs a program instruction by instruction through the operations' own references, in float64.
 * Slow on purpose. Buffers keep float64, so finite differences of a whole program mean something.
 */
import type { Backend, Buffer, Executable } from '../backend.js';
import { checkArguments, checkLength } from '../check-arguments.js';
import { operationNamed } from '../ops/index.js';
import { planMemory } from '../plan-memory.js';
import { formatShape, sizeOf } from '../shape.js';
import { BackendError } from '../tensor-error.js';
import {
  type DType,
  type NumericArray,
  type Program,
  type Shape,
  type TensorType,
  UNUSED,
} from '../types.js';

const NAME = 'reference';

/** A buffer whose contents tests may read unrounded. */
export class ReferenceBuffer implements Buffer {
  readonly dtype: DType;
  readonly shape: Shape;
  #data: Float64Array | undefined;

  constructor({ dtype, shape }: TensorType, data: Float64Array) {
    this.dtype = dtype;
    this.shape = shape;
    this.#data = data;
  }

  /** The contents themselves, in float64; not a copy. */
  get float64(): Float64Array {
    if (this.#data === undefined) {
      throw new BackendError(`${NAME}: this buffer ${formatShape(this.shape)} was disposed; make another`);
    }
    return this.#data;
  }

  async read(): Promise<Float32Array | Int32Array> {
    return this.dtype === 'i32' ? Int32Array.from(this.float64) : Float32Array.from(this.float64);
  }

  async write(data: NumericArray): Promise<void> {
    checkLength(() => `${NAME}: expected data for ${formatShape(this.shape)}`, this, data);
    this.float64.set(data);
  }

  dispose(): void {
    this.#data = undefined;
  }
}

export interface ReferenceExecutable extends Executable {
  run(
    inputs: Readonly<Record<string, Buffer | NumericArray>>,
    into?: Readonly<Record<string, Buffer>>,
  ): Promise<Record<string, ReferenceBuffer>>;
}

export interface ReferenceBackend extends Backend {
  compile(program: Program): Promise<ReferenceExecutable>;
  buffer(type: TensorType, data?: NumericArray): Promise<ReferenceBuffer>;
}

export interface ReferenceOptions {
  /** 'float32' rounds what every operation returns, as a device stores it. */
  readonly precision?: 'float64' | 'float32';
}

export function referenceBackend({ precision = 'float64' }: ReferenceOptions = {}): ReferenceBackend {
  const round =
    precision === 'float64' ? (data: Float64Array) => data : (data: Float64Array) => data.map(Math.fround);
  return {
    name: NAME,
    description: `plain JavaScript in ${precision}, the oracle of the other backends`,
    async compile(program) {
      const { lastUse } = planMemory(program);
      return {
        program,
        async run(inputs, into = {}) {
          checkArguments(NAME, program, inputs, into);
          const values = interpret(program, lastUse, inputs, round);
          const results: Record<string, ReferenceBuffer> = {};
          for (const [name, id] of Object.entries(program.outputs)) {
            // Copied, since one value may be several outputs, an input's or a constant's contents.
            results[name] = new ReferenceBuffer(program.values[id]!, values.get(id)!.slice());
          }
          for (const [name, destination] of Object.entries(into)) {
            await own(destination).write(results[name]!.float64);
            delete results[name];
          }
          return results;
        },
        dispose() {},
      };
    },
    async buffer(type, data) {
      const buffer = new ReferenceBuffer(type, new Float64Array(sizeOf(type.shape)));
      if (data !== undefined) {
        await buffer.write(data);
      }
      return buffer;
    },
    async dispose() {},
  };
}

function interpret(
  program: Program,
  lastUse: readonly number[],
  inputs: Readonly<Record<string, Buffer | NumericArray>>,
  round: (data: Float64Array) => Float64Array,
): Map<number, Float64Array> {
  const values = new Map<number, Float64Array>();
  for (const [name, id] of Object.entries(program.inputs)) {
    const given = inputs[name]!;
    values.set(id, ArrayBuffer.isView(given) ? Float64Array.from(given) : own(given).float64);
  }
  for (const [id, data] of program.constants) {
    values.set(id, Float64Array.from(data));
  }
  for (const [at, { operation, inputs: read, outputs, attributes }] of program.instructions.entries()) {
    const rule = operationNamed(operation);
    const inputTypes = read.map((id) => program.values[id]!);
    const results = rule.reference({
      inputs: read.map((id) => values.get(id)!),
      inputTypes,
      outputTypes: rule.outputTypes(inputTypes, attributes),
      attributes,
    });
    for (const [i, id] of outputs.entries()) {
      if (id !== UNUSED) {
        values.set(id, round(results[i]!));
      }
    }
    for (const id of read) {
      if (lastUse[id] === at) {
        values.delete(id);
      }
    }
  }
  return values;
}

function own(buffer: Buffer): ReferenceBuffer {
  if (buffer instanceof ReferenceBuffer) {
    return buffer;
  }
  throw new BackendError(
    `${NAME}: expected a buffer of this backend, got another's; read it and pass the array`,
  );
}
