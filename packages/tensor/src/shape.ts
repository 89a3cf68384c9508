import { ShapeError } from './tensor-error.js';
import type { Shape } from './types.js';

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  }
  return strides;
}

/** `(2, 3)`, for messages. */
export function formatShape(shape: Shape): string {
  return `(${shape.join(', ')})`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** Axis counted from the front; negative axes count from the end. */
export function normalizeAxis(operation: string, axis: number, rank: number): number {
  const fromFront = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || fromFront < 0 || fromFront >= rank) {
    throw new ShapeError(
      `${operation}: axis ${axis} is outside a tensor of rank ${rank}; use ${-rank} to ${rank - 1}`,
    );
  }
  return fromFront;
}

/**
 * Shape of two tensors combined element by element (NumPy's rule: align at the end, a length of 1
 * stretches).
 * @throws {ShapeError} if a pair of lengths differs and neither is 1
 */
export function broadcastShapes(operation: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const lengthA = a[a.length - rank + i] ?? 1;
    const lengthB = b[b.length - rank + i] ?? 1;
    if (lengthA !== lengthB && lengthA !== 1 && lengthB !== 1) {
      throw new ShapeError(
        `${operation}: ${formatShape(a)} and ${formatShape(b)} do not broadcast; ` +
          'aligned at the end, each pair of lengths must be equal or contain a 1',
      );
    }
    shape.push(lengthA === 1 ? lengthB : lengthA);
  }
  return shape;
}

/**
 * Strides that read a row-major tensor of one shape as if it had the larger shape it broadcasts to: 0 along
 * stretched axes.
 */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  const missing = to.length - from.length;
  return to.map((length, axis) =>
    axis < missing || from[axis - missing] !== length ? 0 : strides[axis - missing]!,
  );
}
