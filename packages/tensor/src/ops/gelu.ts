import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { erf } from './erf.js';
import { expectF32 } from './expect-f32.js';
import { geluGradient } from './gelu-gradient.js';

export type GeluAttributes = {
  /** 'tanh': 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), GPT-2's. 'none': x times the normal distribution. */
  readonly approximate: 'tanh' | 'none';
};

export const geluOperation: Operation<GeluAttributes> = {
  name: 'gelu',

  outputTypes([x]) {
    return [expectF32('gelu', x!)];
  },

  gradient({ inputs: [x], outputGradients: [g], attributes }) {
    return [geluGradient(x!, g!, attributes)];
  },

  reference({ inputs: [x], attributes: { approximate } }) {
    return [
      x!.map((value) =>
        approximate === 'tanh'
          ? 0.5 * value * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3)))
          : 0.5 * value * (1 + erf(value / Math.SQRT2)),
      ),
    ];
  },
};

/**
 * Gaussian error linear unit, element by element.
 * @see Hendrycks and Gimpel, 2016
 */
export function gelu(x: Tensor, { approximate = 'none' }: Partial<GeluAttributes> = {}): Tensor {
  return emit(geluOperation, [x], { approximate })[0]!;
}
