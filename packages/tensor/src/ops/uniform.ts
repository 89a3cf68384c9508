import type { Operation } from '../operation.js';
import { uniformAt } from '../random/uniform-at.js';
import { sizeOf } from '../shape.js';
import { emit, type Tensor } from '../trace.js';
import type { Shape } from '../types.js';
import { expectKey } from './expect-key.js';
import type { ShapeAttributes } from './reshape.js';

export const uniformOperation: Operation<ShapeAttributes> = {
  name: 'uniform',

  outputTypes([key], { shape }) {
    expectKey('uniform', key!, shape);
    return [{ dtype: 'f32', shape }];
  },

  reference({ inputs: [key], attributes: { shape } }) {
    return [Float64Array.from({ length: sizeOf(shape) }, (_, i) => uniformAt(key!, i))];
  },
};

/**
 * Numbers in [0, 1), equal bits on every backend; not differentiable.
 * @param key (8, 2), see `dropoutKey`
 * @throws {ShapeError} above 2^24 elements
 */
export function uniform(key: Tensor, shape: Shape): Tensor {
  return emit(uniformOperation, [key], { shape })[0]!;
}
