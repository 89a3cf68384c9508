import { UNIFORM_PERIOD, UNIFORM_ROUNDS } from '../random/uniform-at.js';
import { formatShape, sameShape, sizeOf } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import type { Shape, TensorType } from '../types.js';

/** @throws {ShapeError} if the key is not f32 (8, 2) or the shape has more elements than a key has numbers */
export function expectKey(operation: string, key: TensorType, shape: Shape): void {
  if (key.dtype !== 'f32' || !sameShape(key.shape, [UNIFORM_ROUNDS, 2])) {
    throw new ShapeError(
      `${operation}: expected a key f32 (8, 2), got ${key.dtype} ${formatShape(key.shape)}; make it with dropoutKey`,
    );
  }
  if (sizeOf(shape) > UNIFORM_PERIOD) {
    throw new ShapeError(
      `${operation}: expected at most 2^24 elements, got ${formatShape(shape)}; split the tensor and use a key for each part`,
    );
  }
}
