import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { sumOfSquares } from '../ops/sum-of-squares.js';
import { sizeOf } from '../shape.js';
import { constant, type Tensor } from '../trace.js';

/**
 * Mean squared error: the mean of (prediction - target)^2 over all elements.
 * @returns a scalar
 * @throws {ShapeError} if the shapes do not broadcast
 */
export function mse(prediction: Tensor, target: Tensor): Tensor {
  const difference = sub(prediction, target);
  return mul(sumOfSquares(difference), constant(1 / sizeOf(difference.shape)));
}
