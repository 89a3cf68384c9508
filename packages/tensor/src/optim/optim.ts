/** Optimizers as data: which state a parameter has, which numbers change from step to step, and one traced update. */
import { adamW as adamWUpdate } from '../ops/adam-w.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { slice } from '../ops/slice.js';
import { sub } from '../ops/sub.js';
import { constant, type Tensor } from '../trace.js';

export interface Optimizer {
  /** Names of the tensors that it keeps for each parameter, in the parameter's shape; they begin as zeros. */
  readonly slots: readonly string[];
  /** What changes from step to step, as data: one compiled program serves all steps. @param step counted from 1 */
  scalars(step: number): readonly number[];
  /**
   * Writes the update of one parameter into the trace.
   * @param scalars (K), of `scalars(step)`
   */
  update(
    parameter: Tensor,
    gradient: Tensor,
    slots: Readonly<Record<string, Tensor>>,
    scalars: Tensor,
  ): { readonly parameter: Tensor; readonly slots: Readonly<Record<string, Tensor>> };
}

/** A number, or a function of the step, counted from 1. */
export type LearningRate = number | ((step: number) => number);

export interface SgdOptions {
  /** Default: 0.001. */
  readonly learningRate?: LearningRate;
  /** Default: 0. */
  readonly momentum?: number;
  /** Default: false. */
  readonly nesterov?: boolean;
  /** Added to the gradient, as in PyTorch. Default: 0. */
  readonly weightDecay?: number;
}

export interface AdamWOptions {
  /** Default: 0.001. */
  readonly learningRate?: LearningRate;
  /** Default: [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Default: 1e-8. */
  readonly epsilon?: number;
  /** Decoupled. Default: 0.01. */
  readonly weightDecay?: number;
}

/** Stochastic gradient descent, with momentum as PyTorch defines it. @see Sutskever et al., 2013, section 2 */
function sgd({
  learningRate = 1e-3,
  momentum = 0,
  nesterov = false,
  weightDecay = 0,
}: SgdOptions = {}): Optimizer {
  return {
    slots: momentum === 0 ? [] : ['momentum'],
    scalars: (step) => [rateAt(learningRate, step)],
    update(parameter, gradient, slots, scalars) {
      const rate = reshape(slice(scalars, 0, 0, 1), []);
      const decayed = weightDecay === 0 ? gradient : add(gradient, mul(parameter, constant(weightDecay)));
      if (momentum === 0) return { parameter: sub(parameter, mul(rate, decayed)), slots: {} };
      const velocity = add(mul(slots.momentum!, constant(momentum)), decayed);
      const direction = nesterov ? add(decayed, mul(velocity, constant(momentum))) : velocity;
      return { parameter: sub(parameter, mul(rate, direction)), slots: { momentum: velocity } };
    },
  };
}

/** Adam with decoupled weight decay. @see Loshchilov and Hutter, 2019, algorithm 2 */
function adamW({
  learningRate = 1e-3,
  betas: [beta1, beta2] = [0.9, 0.999],
  epsilon = 1e-8,
  weightDecay = 0.01,
}: AdamWOptions = {}): Optimizer {
  return {
    slots: ['m', 'v'],
    scalars: (step) => [rateAt(learningRate, step), 1, 1 - beta1 ** step, 1 - beta2 ** step],
    update(parameter, gradient, { m, v }, scalars) {
      const options = { beta1, beta2, epsilon, weightDecay };
      const updated = adamWUpdate(parameter, gradient, m!, v!, scalars, options);
      return { parameter: updated.parameter, slots: { m: updated.m, v: updated.v } };
    },
  };
}

function rateAt(rate: LearningRate, step: number): number {
  return typeof rate === 'number' ? rate : rate(step);
}

/** Named as in `torch.optim`, with its defaults. */
export const optim = { sgd, adamW } as const;
