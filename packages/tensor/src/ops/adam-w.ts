import type { Operation } from '../operation.js';
import { formatShape, sameShape } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import { expectSame } from './expect-same.js';

export type AdamWAttributes = {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
};

export const adamWOperation: Operation<AdamWAttributes> = {
  name: 'adamW',

  outputTypes([parameter, gradient, m, v, scalars]) {
    const type = expectSame('adamW', [parameter!, gradient!, m!, v!]);
    if (scalars!.dtype !== 'f32' || !sameShape(scalars!.shape, [4])) {
      throw new ShapeError(
        `adamW: expected f32 scalars (4), got ${scalars!.dtype} ${formatShape(scalars!.shape)}`,
      );
    }
    return [type, type, type];
  },

  reference({
    inputs: [parameter, gradient, m, v, scalars],
    attributes: { beta1, beta2, epsilon, weightDecay },
  }) {
    const [learningRate, gradientScale, biasCorrection1, biasCorrection2] = scalars!;
    const newM = m!.map((value, i) => beta1 * value + (1 - beta1) * gradient![i]! * gradientScale!);
    const newV = v!.map((value, i) => beta2 * value + (1 - beta2) * (gradient![i]! * gradientScale!) ** 2);
    const newParameter = parameter!.map((value, i) => {
      const step = newM[i]! / biasCorrection1! / (Math.sqrt(newV[i]! / biasCorrection2!) + epsilon);
      return value - learningRate! * (weightDecay * value + step);
    });
    return [newParameter, newM, newV];
  },
};

/**
 * One step of Adam with decoupled weight decay. What changes from step to step is data, so that one compiled
 * program serves all steps.
 * @param parameter any shape; gradient, m and v have the same
 * @param scalars (4): learning rate, factor on the gradient (clipping), 1 - beta1^t, 1 - beta2^t, t from 1
 * @returns the new parameter and moments; not differentiable
 * @see Loshchilov and Hutter, 2019, algorithm 2
 */
export function adamW(
  parameter: Tensor,
  gradient: Tensor,
  m: Tensor,
  v: Tensor,
  scalars: Tensor,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: Partial<AdamWAttributes> = {},
): { readonly parameter: Tensor; readonly m: Tensor; readonly v: Tensor } {
  const attributes = { beta1, beta2, epsilon, weightDecay };
  const [newParameter, newM, newV] = emit(adamWOperation, [parameter, gradient, m, v, scalars], attributes);
  return { parameter: newParameter!, m: newM!, v: newV! };
}
