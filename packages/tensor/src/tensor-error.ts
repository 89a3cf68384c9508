/** Base of every error this package raises; the message says what was expected, found, and what to do. */
export class TensorError extends Error {
  override readonly name: string = 'TensorError';
}

/** Shapes or element types that do not fit an operation. */
export class ShapeError extends TensorError {
  override readonly name = 'ShapeError';
}

/** A backend that is absent, degraded, out of memory, or that was handed the wrong buffers. */
export class BackendError extends TensorError {
  override readonly name = 'BackendError';
}
