/** Takes apart what a filter, test, method or function was called with. */
import { PythonError } from './python-error.js';
import { stringOf, type Text } from './text.js';
import { type Arguments, isInteger, isText, isTrue, typeName, type Value } from './values.js';

export const NONE_GIVEN: Arguments = { positional: [], named: new Map() };

/**
 * The arguments in the order of the parameters; undefined where one was not given.
 * @param required how many have to be given
 * @throws {PythonError} as Python does
 */
export function bind(
  callee: string,
  { positional, named }: Arguments,
  parameters: readonly string[],
  required = 0,
): (Value | undefined)[] {
  if (positional.length > parameters.length) {
    throw new PythonError(
      'TypeError',
      `${callee}() takes at most ${parameters.length} arguments (${positional.length} given)`,
    );
  }
  const bound: (Value | undefined)[] = parameters.map((_, index) => positional[index]);
  for (const [name, value] of named) {
    const index = parameters.indexOf(name);
    if (index < 0)
      throw new PythonError('TypeError', `${callee}() got an unexpected keyword argument '${name}'`);
    if (index < positional.length)
      throw new PythonError('TypeError', `${callee}() got multiple values for argument '${name}'`);
    bound[index] = value;
  }
  const missing = parameters.find((_, index) => index < required && bound[index] === undefined);
  if (missing !== undefined)
    throw new PythonError('TypeError', `${callee}() missing a required argument: '${missing}'`);
  return bound;
}

/** As `bind`, for what Python takes by position alone: most methods of texts. */
export function bindPositional(
  callee: string,
  given: Arguments,
  parameters: readonly string[],
  required = 0,
): (Value | undefined)[] {
  if (given.named.size > 0) throw new PythonError('TypeError', `${callee}() takes no keyword arguments`);
  return bind(callee, given, parameters, required);
}

/** @throws {PythonError} if it is no text */
export function textArgument(callee: string, value: Value | undefined): string | Text {
  if (value !== undefined && isText(value)) return value;
  throw new PythonError(
    'TypeError',
    `${callee}: expected str, got ${value === undefined ? 'nothing' : typeName(value)}`,
  );
}

export const stringArgument = (callee: string, value: Value | undefined): string =>
  stringOf(textArgument(callee, value));

/** A whole number, booleans counted; big ones are cut to what an array can have. */
export function integerArgument(callee: string, value: Value | undefined, fallback?: number): number {
  return value === undefined && fallback !== undefined ? fallback : Number(wholeArgument(callee, value));
}

/** @throws {PythonError} if it is no whole number */
export function wholeArgument(callee: string, value: Value | undefined): number | bigint {
  if (typeof value === 'boolean') return Number(value);
  if (value !== undefined && isInteger(value)) return value;
  throw new PythonError(
    'TypeError',
    `${callee}: '${value === undefined ? 'nothing' : typeName(value)}' object cannot be interpreted as an integer`,
  );
}

export const truthArgument = (value: Value | undefined, fallback = false): boolean =>
  value === undefined ? fallback : isTrue(value);
