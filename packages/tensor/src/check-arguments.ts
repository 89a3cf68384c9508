import type { Buffer } from './backend.js';
import { formatShape, sameShape, sizeOf } from './shape.js';
import { BackendError } from './tensor-error.js';
import type { NumericArray, Program, TensorType, ValueId } from './types.js';

/**
 * The checks that every backend's `run` makes before anything is computed.
 * @throws {BackendError} if an input is missing, unknown or of another type, or `into` names no output of its type
 */
export function checkArguments(
  backend: string,
  program: Program,
  inputs: Readonly<Record<string, Buffer | NumericArray>>,
  into: Readonly<Record<string, Buffer>> = {},
): void {
  for (const [name, id] of Object.entries(program.inputs)) {
    const given = inputs[name];
    if (given === undefined) {
      throw new BackendError(`${backend}: expected input "${name}", got none`);
    }
    checkType(backend, `input "${name}"`, program.values[id]!, given);
  }
  checkNames(backend, 'inputs', program.inputs, inputs);
  checkNames(backend, 'outputs', program.outputs, into);
  for (const [name, buffer] of Object.entries(into)) {
    checkType(backend, `a buffer for output "${name}"`, program.values[program.outputs[name]!]!, buffer);
  }
}

function checkNames(
  backend: string,
  kind: string,
  known: Readonly<Record<string, ValueId>>,
  given: Readonly<Record<string, unknown>>,
): void {
  const unknown = Object.keys(given).find((name) => known[name] === undefined);
  if (unknown !== undefined) {
    throw new BackendError(
      `${backend}: expected ${kind} among ${Object.keys(known).join(', ')}, got "${unknown}"`,
    );
  }
}

function checkType(backend: string, what: string, type: TensorType, given: Buffer | NumericArray): void {
  const expected = () => `${backend}: expected ${what} of type ${type.dtype} ${formatShape(type.shape)}`;
  if (ArrayBuffer.isView(given)) {
    checkLength(expected, type, given);
  } else if (given.dtype !== type.dtype || !sameShape(given.shape, type.shape)) {
    throw new BackendError(`${expected()}, got ${given.dtype} ${formatShape(given.shape)}`);
  }
}

/** @throws {BackendError} if host data does not fill the type */
export function checkLength(expected: () => string, type: TensorType, data: NumericArray): void {
  if (data.length !== sizeOf(type.shape)) {
    throw new BackendError(`${expected()}, that is ${sizeOf(type.shape)} elements, got ${data.length}`);
  }
}
