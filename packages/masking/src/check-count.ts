import { MaskingError } from './masking-error.js';

/** @throws {MaskingError} if a number of rows or tokens is not a whole number of at least 1 */
export function checkCount(operation: string, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new MaskingError(`${operation}: expected a whole number of at least 1 as ${name}, got ${value}`);
}
