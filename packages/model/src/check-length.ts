import { ModelError } from './model-error.js';

/** @throws {ModelError} if a row is longer than the context that the model was made for */
export function checkLength(length: number, maxPositions: number): void {
  if (length > maxPositions) {
    throw new ModelError(
      `hidden: expected rows of at most ${maxPositions} tokens, the model's context, got ${length}; shorten the rows`,
    );
  }
}
