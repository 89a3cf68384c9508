import type { Operation } from '../operation.js';
import { uniformAt } from '../random/uniform-at.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';
import { expectKey } from './expect-key.js';

export type DropoutAttributes = {
  /** Share of elements set to 0, in [0, 1). */
  readonly rate: number;
};

export const dropoutOperation: Operation<DropoutAttributes> = {
  name: 'dropout',

  outputTypes([x, key], { rate }) {
    if (!(rate >= 0 && rate < 1)) {
      throw new ShapeError(`dropout: expected a rate in [0, 1), got ${rate}`);
    }
    expectKey('dropout', key!, x!.shape);
    return [expectF32('dropout', x!)];
  },

  gradient({ inputs: [, key], outputGradients: [g], attributes: { rate } }) {
    return [dropout(g!, key!, rate)];
  },

  reference({ inputs: [x, key], attributes: { rate } }) {
    // Rounded, so that backends that compare in float32 keep the same elements.
    const threshold = Math.fround(rate);
    return [x!.map((value, i) => (uniformAt(key!, i) >= threshold ? value / (1 - rate) : 0))];
  },
};

/**
 * x with a random share of its elements set to 0 and the others divided by 1 - rate.
 * @param key (8, 2), see `dropoutKey`; not differentiated
 * @param rate in [0, 1); 0 gives x itself
 * @see Srivastava et al., 2014
 */
export function dropout(x: Tensor, key: Tensor, rate: number): Tensor {
  return rate === 0 ? x : emit(dropoutOperation, [x, key], { rate })[0]!;
}
