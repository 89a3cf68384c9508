import { formatShape } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import type { TensorType } from '../types.js';
import { expectF32 } from './expect-f32.js';

/**
 * The type of x (..., C) beside parameters (C), as the norms have them.
 * @throws {ShapeError} if a parameter is not as long as the last axis
 */
export function expectRowWidth(
  operation: string,
  x: TensorType,
  parameters: readonly TensorType[],
): TensorType {
  const type = expectF32(operation, x);
  for (const parameter of parameters) {
    const { shape } = expectF32(operation, parameter);
    if (type.shape.length === 0 || shape.length !== 1 || shape[0] !== type.shape.at(-1)) {
      throw new ShapeError(
        `${operation}: expected x (..., C) and parameters (C), got ${formatShape(type.shape)} and ${formatShape(shape)}`,
      );
    }
  }
  return type;
}
