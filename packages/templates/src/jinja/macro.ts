/** Calls of macros: which variable gets which argument, and what a template may ask of a macro. */
import { PythonError } from './python-error.js';
import { Scope } from './scope.js';
import type { Expression, Signature } from './syntax.js';
import { type Arguments, Dict, otherwise, Sequence, Undefined, type Value } from './values.js';

/**
 * The variables of a macro's body.
 * @param evaluate a parameter's default
 * @throws {PythonError} on arguments that the macro does not take
 */
export function macroScope(
  { name, parameters, readsCaller, readsKwargs, readsVarargs }: Signature,
  { positional, named }: Arguments,
  declaredIn: Scope,
  evaluate: (fallback: Expression, scope: Scope) => Value,
): Scope {
  const scope = new Scope(declaredIn);
  const { variables } = scope;
  const rest = new Map(named);
  const missing: (readonly [string, Expression])[] = [];
  parameters.forEach(({ name: parameter, fallback }, index) => {
    let given = positional[index];
    if (given === undefined) {
      given = rest.get(parameter);
      rest.delete(parameter);
    }
    if (given === undefined && fallback) missing.push([parameter, fallback]);
    variables.set(
      parameter,
      otherwise(given, () => new Undefined(`parameter '${parameter}' was not provided`)),
    );
  });
  for (const [parameter, fallback] of missing) variables.set(parameter, evaluate(fallback, scope));
  if (readsCaller) {
    variables.set(
      'caller',
      otherwise(rest.get('caller'), () => new Undefined('No caller defined')),
    );
    rest.delete('caller');
  }
  if (readsKwargs) variables.set('kwargs', new Dict(new Map(Array.from(rest, (entry) => [entry[0], entry]))));
  else if (rest.size > 0) {
    throw new PythonError('TypeError', `macro '${name}' takes no keyword argument '${[...rest.keys()][0]}'`);
  }
  if (readsVarargs) variables.set('varargs', new Sequence(positional.slice(parameters.length), 'tuple'));
  else if (positional.length > parameters.length) {
    throw new PythonError(
      'TypeError',
      `macro '${name}' takes not more than ${parameters.length} argument(s)`,
    );
  }
  return scope;
}

/** `macro.name` and the like. @param isNamed false for the body of a call block */
export function macroAttribute(signature: Signature, isNamed: boolean, name: string): Value | undefined {
  switch (name) {
    case 'name':
      return isNamed ? signature.name : null;
    case 'arguments':
      return new Sequence(
        signature.parameters.map((parameter) => parameter.name),
        'tuple',
      );
    case 'catch_kwargs':
      return signature.readsKwargs;
    case 'catch_varargs':
      return signature.readsVarargs;
    case 'caller':
      return signature.readsCaller;
    default:
      return undefined;
  }
}
