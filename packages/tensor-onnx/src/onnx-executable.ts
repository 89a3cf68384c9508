import {
  type AdamWAttributes,
  BackendError,
  type Buffer,
  checkArguments,
  type Executable,
  type NumericArray,
  type Program,
  type Shape,
  sizeOf,
  type TensorType,
  type ValueId,
} from '@sftkit/tensor';
import type { Tensor } from 'onnxruntime-node';
import { type AdamWKernel, adamWKernel } from './epilogue/adam-w-kernel.js';
import { streamAdamW } from './epilogue/adam-w-stream.js';
import { addRows } from './epilogue/add-rows.js';
import { kernelAround } from './epilogue/kernel-memory.js';
import type { EpilogueStep } from './epilogue/plan-epilogue.js';
import { explainError } from './explain-error.js';
import { canOverwrite } from './in-place.js';
import { type LoweredProgram, portsOf } from './lowering/lower-program.js';
import { emptyMemory, OnnxBuffer } from './onnx-buffer.js';
import { dropoutFactors } from './prologue/dropout-factors.js';
import type { Runtime, Session } from './runtime.js';

type HostArray = Float32Array | Int32Array;

/** Where the values of one run lie. */
interface RunMemory {
  /** Program inputs, by name. */
  readonly sources: ReadonlyMap<string, HostArray>;
  /** Program outputs, by name. */
  readonly destinations: ReadonlyMap<string, HostArray>;
  /** Values that leave the graph for the epilogue only. */
  readonly exports: ReadonlyMap<ValueId, HostArray>;
}

/** A program on ONNX Runtime. Inputs are read and outputs are written where they lie. */
export class OnnxExecutable implements Executable {
  readonly program: Program;
  readonly #runtime: Runtime;
  /** Undefined if the epilogue is all there is. */
  readonly #session: Session | undefined;
  readonly #lowered: LoweredProgram;
  /** Made when first needed. */
  #ownKernel: AdamWKernel | undefined;
  readonly #inputNames: ReadonlyMap<ValueId, string>;
  readonly #outputNames: ReadonlyMap<ValueId, string>;
  /** Answers of `canOverwrite`, by input and output. */
  readonly #overwriting = new Map<string, boolean>();

  constructor(runtime: Runtime, program: Program, lowered: LoweredProgram, session: Session | undefined) {
    this.program = program;
    this.#runtime = runtime;
    this.#lowered = lowered;
    this.#session = session;
    this.#inputNames = namesOf(program.inputs);
    this.#outputNames = namesOf(program.outputs);
  }

  async run(
    inputs: Readonly<Record<string, Buffer | NumericArray>>,
    into: Readonly<Record<string, Buffer>> = {},
  ): Promise<Record<string, Buffer>> {
    checkArguments('onnx', this.program, inputs, into);
    const targets = this.#targets(into);
    const sources = new Map(
      Object.entries(this.program.inputs).map(([name, id]) => [
        name,
        memoryOf(inputs[name]!, this.#type(id)),
      ]),
    );
    const inputsIn = inputsByMemory(sources);
    const destinations = new Map(
      [...targets].map(([name, { data }]) => [
        name,
        this.#isSafe(name, inputsIn.get(placeOf(data))) ? data : emptyLike(data),
      ]),
    );
    const exports = new Map([...this.#lowered.exports.keys()].map((id) => [id, emptyMemory(this.#type(id))]));
    const memory = { sources, destinations, exports };
    try {
      await this.#runGraph(memory);
      for (const step of this.#lowered.epilogue.steps) {
        this.#runStep(step, memory);
      }
    } catch (error) {
      throw error instanceof BackendError ? error : explainError(error, this.program);
    }
    for (const [name, { data }] of targets) {
      const destination = destinations.get(name)!;
      if (destination !== data) {
        data.set(destination);
      }
    }
    return Object.fromEntries([...targets].filter(([name]) => into[name] === undefined));
  }

  dispose(): void {
    void this.#session?.release();
  }

  get #kernel(): AdamWKernel {
    this.#ownKernel ??= adamWKernel();
    return this.#ownKernel;
  }

  #type(id: ValueId): TensorType {
    return this.program.values[id]!;
  }

  #targets(into: Readonly<Record<string, Buffer>>): Map<string, OnnxBuffer> {
    const targets = new Map<string, OnnxBuffer>();
    for (const [name, id] of Object.entries(this.program.outputs)) {
      targets.set(name, ownBuffer(into[name] ?? new OnnxBuffer(this.#type(id))));
    }
    if (new Set(targets.values()).size < targets.size) {
      throw new BackendError('onnx: two outputs have the same buffer as destination; give each its own');
    }
    return targets;
  }

  /** Whether an output may be written where it belongs, although these inputs of this run lie there. */
  #isSafe(output: string, inputs: readonly string[] = []): boolean {
    return inputs.every((input) => this.#mayOverwrite(input, output));
  }

  #mayOverwrite(input: string, output: string): boolean {
    const key = JSON.stringify([input, output]);
    const answer = this.#overwriting.get(key) ?? canOverwrite(this.program, this.#lowered, input, output);
    this.#overwriting.set(key, answer);
    return answer;
  }

  async #runGraph({ sources, destinations, exports }: RunMemory): Promise<void> {
    const { inputs, outputs, exports: exported, prologue } = this.#lowered;
    const feeds: Record<string, Tensor> = {};
    for (const { value, key, rate, shape } of prologue) {
      const factors = dropoutFactors(sources.get(key) as Float32Array, rate, sizeOf(shape));
      feeds[value] = new this.#runtime.Tensor('float32', factors, shape);
    }
    for (const [name, value] of inputs) {
      feeds[value] = this.#tensor(sources.get(name)!, this.#type(this.program.inputs[name]!).shape);
    }
    const fetches: Record<string, Tensor> = {};
    for (const [name, parts] of outputs) {
      let start = 0;
      for (const part of parts) {
        const end = start + sizeOf(part.shape);
        for (const { name: value, shape } of portsOf(part)) {
          fetches[value] = this.#tensor(destinations.get(name)!.subarray(start, end), shape);
        }
        start = end;
      }
    }
    for (const [id, value] of exported) {
      fetches[value] = this.#tensor(exports.get(id)!, this.#type(id).shape);
    }
    await this.#session?.run(feeds, fetches);
  }

  #runStep(step: EpilogueStep, memory: RunMemory): void {
    const values = step.instruction.inputs.map((id) => this.#value(id, memory));
    if (step.kind === 'scatterAdd') {
      const [updates, ids] = values as [Float32Array, Int32Array];
      const table = memory.destinations.get(step.output) as Float32Array;
      if (step.base === undefined) {
        table.fill(0);
      }
      addRows(table, updates, ids);
      return;
    }
    const [parameter, gradient, m, v, scalars] = values as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const kernel = kernelAround(gradient) ?? kernelAround(m) ?? this.#kernel;
    streamAdamW(kernel, step.instruction.attributes as AdamWAttributes, {
      inputs: [parameter, gradient, m, v],
      scalars,
      outputs: step.outputs.map((name) => memory.destinations.get(name ?? '') as Float32Array | undefined),
    });
  }

  /** The contents of a value that the epilogue reads. */
  #value(id: ValueId, { sources, destinations, exports }: RunMemory): HostArray {
    return (
      exports.get(id) ??
      this.program.constants.get(id) ??
      sources.get(this.#inputNames.get(id) ?? '') ??
      destinations.get(this.#outputNames.get(id) ?? '')!
    );
  }

  #tensor(data: HostArray, shape: Shape): Tensor {
    return data instanceof Float32Array
      ? new this.#runtime.Tensor('float32', data, shape)
      : new this.#runtime.Tensor('int32', data, shape);
  }
}

function namesOf(ids: Readonly<Record<string, ValueId>>): Map<ValueId, string> {
  return new Map(Object.entries(ids).map(([name, id]) => [id, name]));
}

function inputsByMemory(sources: ReadonlyMap<string, HostArray>): Map<object, string[]> {
  const names = new Map<object, string[]>();
  for (const [name, data] of sources) {
    const place = placeOf(data);
    names.set(place, [...(names.get(place) ?? []), name]);
  }
  return names;
}

/** What two arrays have in common if they lie in the same memory. */
function placeOf(data: HostArray): object {
  return kernelAround(data) === undefined ? data.buffer : data;
}

function emptyLike(data: HostArray): HostArray {
  return data instanceof Float32Array ? new Float32Array(data.length) : new Int32Array(data.length);
}

/** The memory behind an input; arrays of another element type are converted. */
function memoryOf(given: Buffer | NumericArray, type: TensorType): HostArray {
  if (!ArrayBuffer.isView(given)) {
    return ownBuffer(given).data;
  }
  if (kernelAround(given) !== undefined) {
    return memoryOf(given.slice(), type); // a look at a buffer, or at a part of one
  }
  if (type.dtype === 'f32') {
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
