/** Programs that run once per optimizer step: the gradients' norm, and the update. */
import type { DecoderModel } from '@sftkit/model';
import {
  adamW,
  broadcastTo,
  concat,
  constant,
  f32,
  type Program,
  reshape,
  sumOfSquares,
  type Tensor,
  type TensorType,
  trace,
} from '@sftkit/tensor';
import { gradientName } from './gradient-programs.js';

export interface AdamWOptions {
  /** Decay rates of the first and second moment. */
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Decoupled, and never on norms and biases. */
  readonly weightDecay: number;
}

/**
 * Sum of squares of each tensor: input `<name>` for each, output `squares` (P) in the same order. One small
 * array comes back instead of P scalars, and it tells which tensor is not finite.
 */
export function squaresProgram(tensors: Readonly<Record<string, TensorType>>): Program {
  return trace(tensors, (inputs) => {
    const squares = Object.values(inputs).map((tensor) => reshape(sumOfSquares(tensor), [1]));
    return { squares: squares.length === 1 ? squares[0]! : concat(squares, 0) };
  });
}

/** Zeros under each name. */
export function zerosProgram(tensors: Readonly<Record<string, TensorType>>): Program {
  return trace({}, () => {
    const zero = constant(0);
    return Object.fromEntries(
      Object.entries(tensors).map(([name, { shape }]) => [name, broadcastTo(zero, shape)]),
    );
  });
}

/**
 * AdamW for all parameters. Inputs `<name>`, `gradient/<name>`, `m/<name>`, `v/<name>` and `scalars` (4):
 * learning rate, gradient scale, and the bias corrections 1 - beta^t. Outputs `<name>`, `m/<name>`, `v/<name>`,
 * made to be run in place.
 * @see Loshchilov and Hutter, 2019, algorithm 2
 */
export function updateProgram(
  parameters: DecoderModel['parameters'],
  { betas: [beta1, beta2], epsilon, weightDecay }: AdamWOptions,
): Program {
  const inputs: Record<string, TensorType> = { scalars: f32(4) };
  for (const { name, shape } of parameters) {
    for (const input of [name, gradientName(name), ...momentNames(name)]) {
      inputs[input] = f32(...shape);
    }
  }
  return trace(inputs, (tensors) => {
    const outputs: Record<string, Tensor> = {};
    for (const { name, decay } of parameters) {
      const [m, v] = momentNames(name);
      const updated = adamW(
        tensors[name]!,
        tensors[gradientName(name)]!,
        tensors[m]!,
        tensors[v]!,
        tensors.scalars!,
        { beta1, beta2, epsilon, weightDecay: decay ? weightDecay : 0 },
      );
      Object.assign(outputs, { [name]: updated.parameter, [m]: updated.m, [v]: updated.v });
    }
    return outputs;
  });
}

/** The `scalars` of `updateProgram` for the t-th update, t from 1. */
export function updateScalars(
  t: number,
  {
    learningRate,
    gradientScale,
    betas,
  }: { learningRate: number; gradientScale: number; betas: readonly [number, number] },
): Float32Array {
  return Float32Array.of(learningRate, gradientScale, 1 - betas[0] ** t, 1 - betas[1] ** t);
}

/** Names of a parameter's first and second moment. */
export function momentNames(parameter: string): [string, string] {
  return [`m/${parameter}`, `v/${parameter}`];
}
