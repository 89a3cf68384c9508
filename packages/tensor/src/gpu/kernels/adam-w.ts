/** AdamW. `scalars` = [learning rate, gradient scale, bias correction 1, bias correction 2]. */
import type { AdamWAttributes } from '../../ops/adam-w.js';
import { sizeOf } from '../../shape.js';
import type { KernelThis, Values } from '../kernel.js';
import type { Lowering } from '../lowering.js';

function firstMoment(this: KernelThis<'beta'>, gradient: Values, m: Values, scalars: Values): number {
  return (
    this.constants.beta * m[this.thread.x]! +
    (1.0 - this.constants.beta) * gradient[this.thread.x]! * scalars[1]!
  );
}

function secondMoment(this: KernelThis<'beta'>, gradient: Values, v: Values, scalars: Values): number {
  const g = gradient[this.thread.x]! * scalars[1]!;
  return this.constants.beta * v[this.thread.x]! + (1.0 - this.constants.beta) * g * g;
}

function update(
  this: KernelThis<'epsilon' | 'weightDecay'>,
  parameter: Values,
  m: Values,
  v: Values,
  scalars: Values,
): number {
  const p = parameter[this.thread.x]!;
  return (
    p -
    scalars[0]! * this.constants.weightDecay * p -
    (scalars[0]! * (m[this.thread.x]! / scalars[2]!)) /
      (Math.sqrt(v[this.thread.x]! / scalars[3]!) + this.constants.epsilon)
  );
}

export const adamWLowering: Lowering<AdamWAttributes> = (call) => {
  const [parameter, gradient, m, v, scalars] = call.inputs as [number, number, number, number, number];
  const { beta1, beta2, epsilon, weightDecay } = call.attributes;
  const [wantsParameter, wantsM, wantsV] = call.wanted;
  const size = [sizeOf(call.inputTypes[0]!.shape)] as const;
  const newM =
    wantsParameter || wantsM
      ? call.run(firstMoment, [gradient, m, scalars], size, { beta: beta1 })
      : undefined;
  const newV =
    wantsParameter || wantsV
      ? call.run(secondMoment, [gradient, v, scalars], size, { beta: beta2 })
      : undefined;
  const newParameter = wantsParameter
    ? call.run(update, [parameter, newM!, newV!, scalars], size, { epsilon, weightDecay })
    : undefined;
  return [newParameter, wantsM ? newM : undefined, wantsV ? newV : undefined];
};
