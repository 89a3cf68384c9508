/** Calls of macros: which variable gets which argument, and what a template may ask of a macro. */
import { PythonError } from './python-error.js';
import type { Scope } from './scope.js';
import type { Expression, Signature } from './syntax.js';
import { type Arguments, Dict, otherwise, Sequence, Undefined, type Value } from './values.js';

/** A macro, or the body of a call block, and the names around it. */
export class Macro {
  readonly signature: Signature;
  readonly scope: Scope;
  /** Empty for the body of a call block. */
  readonly name: string;

  constructor(signature: Signature, scope: Scope, name: string) {
    this.signature = signature;
    this.scope = scope;
    this.name = name;
  }
}

/**
 * Gives a macro's body its variables.
 * @param evaluate a parameter's default
 * @throws {PythonError} on arguments that the macro does not take
 */
export function bindMacro(
  { name, parameters, readsCaller, readsKwargs, readsVarargs }: Signature,
  { positional, named }: Arguments,
  scope: Scope,
  evaluate: (fallback: Expression) => Value,
): void {
  const rest = named.size === 0 ? NOTHING_LEFT : new Map(named);
  const missing: (readonly [string, Expression])[] = [];
  parameters.forEach(({ name: parameter, fallback }, index) => {
    let given = positional[index];
    if (given === undefined) {
      given = rest.get(parameter);
      rest.delete(parameter);
    }
    if (given === undefined && fallback) missing.push([parameter, fallback]);
    scope.set(
      parameter,
      otherwise(given, () => new Undefined(`parameter '${parameter}' was not provided`)),
    );
  });
  for (const [parameter, fallback] of missing) scope.set(parameter, evaluate(fallback));
  if (readsCaller) {
    scope.set(
      'caller',
      otherwise(rest.get('caller'), () => new Undefined('No caller defined')),
    );
    rest.delete('caller');
  }
  if (readsKwargs) scope.set('kwargs', new Dict(new Map(Array.from(rest, (entry) => [entry[0], entry]))));
  else if (rest.size > 0) {
    throw new PythonError('TypeError', `macro '${name}' takes no keyword argument '${[...rest.keys()][0]}'`);
  }
  if (readsVarargs) scope.set('varargs', new Sequence(positional.slice(parameters.length), 'tuple'));
  else if (positional.length > parameters.length) {
    throw new PythonError(
      'TypeError',
      `macro '${name}' takes not more than ${parameters.length} argument(s)`,
    );
  }
}

/** Nothing is ever put into it. */
const NOTHING_LEFT = new Map<string, Value>();

/** `macro.name` and the like. */
export function macroAttribute({ signature, name: ownName }: Macro, name: string): Value | undefined {
  switch (name) {
    case 'name':
      return ownName === '' ? null : ownName;
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
