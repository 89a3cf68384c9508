import { grad } from '../grad.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { sum } from '../ops/sum.js';
import { dropoutKey } from '../random/dropout-key.js';
import { uniformAt } from '../random/uniform-at.js';
import { sizeOf } from '../shape.js';
import { constant, f32, i32, type Tensor, trace } from '../trace.js';
import type { NumericArray, Program, Shape, TensorType } from '../types.js';

/** How far a backend may be from the float64 reference, as a share of the largest element of the output. */
export interface Tolerance {
  readonly value: number;
  readonly gradient: number;
  readonly reason: string;
}

export interface ConformanceCase {
  readonly name: string;
  readonly program: Program;
  /** The program with gradients; absent where the case is about values only. */
  readonly gradientProgram?: Program;
  /** Inputs that `gradientProgram` differentiates by. */
  readonly differentiate: readonly string[];
  readonly inputs: Readonly<Record<string, NumericArray>>;
  readonly tolerance: Tolerance;
}

export interface CaseInput {
  readonly type: TensorType;
  readonly data: Float32Array | Int32Array;
}

/** Input of repeatable numbers in [low, high); another seed, other numbers. */
export function floats(shape: Shape, seed: number, low = -2, high = 2): CaseInput {
  const key = dropoutKey(seed, 0, 0);
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => low + (high - low) * uniformAt(key, i));
  return { type: f32(...shape), data };
}

/** Input of integers. */
export function integers(shape: Shape, data: readonly number[]): CaseInput {
  return { type: i32(...shape), data: Int32Array.from(data) };
}

/** Input of numbers that matter one by one. */
export function numbers(shape: Shape, data: ArrayLike<number>): CaseInput {
  return { type: f32(...shape), data: Float32Array.from(data) };
}

type Inputs = Readonly<Record<string, CaseInput>>;

export interface CaseDefinition<I extends Inputs> {
  readonly name: string;
  readonly inputs: I;
  /** An output named `loss` is differentiated itself; else the sum of all outputs, each times fixed noise. */
  readonly body: (inputs: { readonly [K in keyof I]: Tensor }) => Readonly<Record<string, Tensor>>;
  readonly differentiate?: readonly (keyof I & string)[];
  readonly tolerance: Tolerance;
}

export function defineCase<I extends Inputs>({
  name,
  inputs,
  body,
  differentiate = [],
  tolerance,
}: CaseDefinition<I>): ConformanceCase {
  const types = Object.fromEntries(Object.entries(inputs).map(([key, { type }]) => [key, type])) as {
    readonly [K in keyof I]: TensorType;
  };
  const data = Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, input.data]));
  const defined = { name, program: trace(types, body), differentiate, inputs: data, tolerance };
  if (differentiate.length === 0) {
    return defined;
  }
  const lossProgram = trace(types, (tensors) => {
    const outputs = body(tensors);
    return { loss: outputs.loss ?? weightedSum(Object.values(outputs)) };
  });
  return { ...defined, gradientProgram: grad(lossProgram, { of: 'loss', withRespectTo: differentiate }) };
}

/** Uneven weights, so that a gradient put at the wrong element shows. */
function weightedSum(outputs: readonly Tensor[]): Tensor {
  return outputs
    .map((output, i) => sum(mul(output, constant(floats(output.shape, 1000 + i).data, output.shape))))
    .reduce(add);
}
