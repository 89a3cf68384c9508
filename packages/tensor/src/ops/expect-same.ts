import { formatShape, sameShape } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import type { TensorType } from '../types.js';
import { expectF32 } from './expect-f32.js';

/**
 * The common type of f32 tensors of one shape.
 * @throws {ShapeError} if one differs from the first, or holds integers
 */
export function expectSame(operation: string, tensors: readonly TensorType[]): TensorType {
  const first = expectF32(operation, tensors[0]!);
  for (const tensor of tensors) {
    if (!sameShape(expectF32(operation, tensor).shape, first.shape)) {
      throw new ShapeError(
        `${operation}: expected tensors of one shape, got ${formatShape(first.shape)} and ${formatShape(tensor.shape)}`,
      );
    }
  }
  return first;
}
