/** One program for a whole training step: the loss, its gradients, and the update in place. */
import type { Backend, Buffer, Executable } from '../backend.js';
import { grad } from '../grad.js';
import { type Initializer, initialValues } from '../nn/init.js';
import { replay } from '../replay.js';
import { TensorError } from '../tensor-error.js';
import { f32, type Tensor, trace } from '../trace.js';
import type { NumericArray, Program, Shape, TensorType } from '../types.js';
import type { Optimizer } from './optim.js';

export interface Parameter {
  readonly shape: Shape;
  readonly init: Initializer;
}

/** A parameter of a model: its shape, and how it begins. */
export function parameter(shape: Shape, init: Initializer): Parameter {
  return { shape, init };
}

type TensorsOf<T> = { readonly [K in keyof T]: Tensor };
type ArraysOf<T> = { readonly [K in keyof T]: NumericArray };

export interface TrainStep<
  I extends Readonly<Record<string, TensorType>>,
  P extends Readonly<Record<string, Parameter>>,
> {
  /** Everything that a step computes. */
  readonly program: Program;
  /** Compiles the step and moves fresh parameters to the backend. */
  init(backend: Backend, options?: { readonly seed?: number }): Promise<TrainState<I, P>>;
}

/** Parameters and optimizer state, where the backend keeps them. */
export interface TrainState<I, P> {
  /** Steps made. */
  readonly step: number;
  /**
   * One step: the parameters are updated.
   * @returns the loss before the update
   */
  run(inputs: ArraysOf<I>): Promise<number>;
  /** The parameters as they are now. */
  parameters(): Promise<{ readonly [K in keyof P]: Float32Array }>;
  /** Gives the memory back; the backend stays. */
  dispose(): void;
}

/**
 * @param inputs types of what a step is given
 * @param loss written as an ordinary function of tensors; a scalar
 * @throws {ShapeError} if the loss is no scalar, or shapes do not fit
 */
export function trainStep<
  I extends Readonly<Record<string, TensorType>>,
  P extends Readonly<Record<string, Parameter>>,
>(
  inputs: I,
  parameters: P,
  loss: (parameters: TensorsOf<P>, inputs: TensorsOf<I>) => Tensor,
  optimizer: Optimizer,
): TrainStep<I, P> {
  const program = stepProgram(inputs, parameters, loss, optimizer);
  return {
    program,
    async init(backend, { seed = 0 } = {}) {
      const executable = await backend.compile(program);
      const resident: Record<string, Buffer> = {};
      for (const [stream, [name, { shape, init }]] of Object.entries(parameters).entries()) {
        const type = f32(...shape);
        resident[parameterName(name)] = await backend.buffer(
          type,
          initialValues(init, shape, { seed, stream }),
        );
        for (const slot of optimizer.slots) resident[slotName(name, slot)] = await backend.buffer(type);
      }
      return new ResidentState<I, P>(executable, resident, Object.keys(parameters), optimizer);
    },
  };
}

const parameterName = (name: string) => `parameter/${name}`;
const inputName = (name: string) => `input/${name}`;
const slotName = (name: string, slot: string) => `${slot}/${name}`;

/** Inputs and outputs have prefixes, so that a parameter may have the name of an input. */
function stepProgram<
  I extends Readonly<Record<string, TensorType>>,
  P extends Readonly<Record<string, Parameter>>,
>(
  inputs: I,
  parameters: P,
  loss: (parameters: TensorsOf<P>, inputs: TensorsOf<I>) => Tensor,
  optimizer: Optimizer,
): Program {
  const names = Object.keys(parameters);
  const typeOf = (name: string) => f32(...parameters[name]!.shape);
  const pick = (
    tensors: Readonly<Record<string, Tensor>>,
    keys: readonly string[],
    full: (key: string) => string,
  ) => Object.fromEntries(keys.map((key) => [key, tensors[full(key)]!]));
  const types: Record<string, TensorType> = {
    ...Object.fromEntries(Object.entries(inputs).map(([name, type]) => [inputName(name), type])),
    ...Object.fromEntries(names.map((name) => [parameterName(name), typeOf(name)])),
  };
  const forward = trace(types, (tensors) => ({
    loss: loss(
      pick(tensors, names, parameterName) as TensorsOf<P>,
      pick(tensors, Object.keys(inputs), inputName) as TensorsOf<I>,
    ),
  }));
  const differentiated = grad(forward, { of: 'loss', withRespectTo: names.map(parameterName) });
  const state = Object.fromEntries(
    names.flatMap((name) => optimizer.slots.map((slot) => [slotName(name, slot), typeOf(name)])),
  );
  const all: Record<string, TensorType> = { ...types, ...state, scalars: f32(optimizer.scalars(1).length) };
  return trace(all, (tensors) => {
    const computed = replay(differentiated, tensors);
    const outputs: Record<string, Tensor> = { loss: computed.loss! };
    for (const name of names) {
      const slots = pick(tensors, optimizer.slots, (slot) => slotName(name, slot));
      const full = parameterName(name);
      const updated = optimizer.update(
        tensors[full]!,
        computed[`gradient/${full}`]!,
        slots,
        tensors.scalars!,
      );
      outputs[full] = updated.parameter;
      for (const [slot, tensor] of Object.entries(updated.slots)) outputs[slotName(name, slot)] = tensor;
    }
    return outputs;
  });
}

class ResidentState<I, P> implements TrainState<I, P> {
  step = 0;
  readonly #executable: Executable;
  readonly #resident: Readonly<Record<string, Buffer>>;
  readonly #names: readonly string[];
  readonly #optimizer: Optimizer;

  constructor(
    executable: Executable,
    resident: Readonly<Record<string, Buffer>>,
    names: readonly string[],
    optimizer: Optimizer,
  ) {
    this.#executable = executable;
    this.#resident = resident;
    this.#names = names;
    this.#optimizer = optimizer;
  }

  async run(inputs: ArraysOf<I>): Promise<number> {
    const given = Object.entries<NumericArray>(inputs).map(
      ([name, data]) => [inputName(name), data] as const,
    );
    const scalars = Float32Array.from(this.#optimizer.scalars(this.step + 1));
    const arguments_ = { ...Object.fromEntries(given), ...this.#resident, scalars };
    const { loss } = await this.#executable.run(arguments_, this.#resident);
    if (loss === undefined) throw new TensorError('trainStep: expected a loss, got none from the backend');
    const [value] = await loss.read();
    loss.dispose();
    this.step += 1;
    return value!;
  }

  async parameters(): Promise<{ readonly [K in keyof P]: Float32Array }> {
    const read: Record<string, Float32Array> = {};
    for (const name of this.#names) {
      read[name] = (await this.#resident[parameterName(name)]!.read()) as Float32Array;
    }
    return read as { readonly [K in keyof P]: Float32Array };
  }

  dispose(): void {
    this.#executable.dispose();
    for (const buffer of Object.values(this.#resident)) buffer.dispose();
  }
}
