import { ShapeError } from '../tensor-error.js';
import type { TensorType } from '../types.js';

/**
 * The type of an f32 tensor, which many operations also return.
 * @throws {ShapeError} if it holds integers
 */
export function expectF32(operation: string, tensor: TensorType): TensorType {
  if (tensor.dtype !== 'f32') {
    throw new ShapeError(`${operation}: expected an f32 tensor, got ${tensor.dtype}; integers only index`);
  }
  return { dtype: 'f32', shape: tensor.shape };
}
