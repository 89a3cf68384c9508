import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { erf } from './erf.js';
import { expectSame } from './expect-same.js';
import type { GeluAttributes } from './gelu.js';

export const geluGradientOperation: Operation<GeluAttributes> = {
  name: 'geluGradient',

  outputTypes(inputs) {
    return [expectSame('geluGradient', inputs)];
  },

  reference({ inputs: [x, g], attributes: { approximate } }) {
    const derivative = approximate === 'tanh' ? derivativeOfTanhForm : derivativeOfExactForm;
    return [x!.map((value, i) => g![i]! * derivative(value))];
  },
};

function derivativeOfTanhForm(x: number): number {
  const slope = Math.sqrt(2 / Math.PI);
  const t = Math.tanh(slope * (x + 0.044715 * x ** 3));
  return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope * (1 + 3 * 0.044715 * x * x);
}

function derivativeOfExactForm(x: number): number {
  return 0.5 * (1 + erf(x / Math.SQRT2)) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}

/** g times the derivative of gelu at x. x and g have one shape. */
export function geluGradient(x: Tensor, g: Tensor, { approximate }: GeluAttributes): Tensor {
  return emit(geluGradientOperation, [x, g], { approximate })[0]!;
}
