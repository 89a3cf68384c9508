import type { Environment } from '@huggingface/jinja';
import type { ExpressionInterpreter } from './expression-interpreter.js';
import type { Node } from './parse-template.js';
import { nothing, type RuntimeValue } from './runtime-values.js';
import { scopeIn } from './scopes.js';

const parameterName = ({ key, value }: Node): string => String(key?.value ?? value);
export const macroName = ({ name }: Node): string => String(name?.value);

/** Takes apart what the library hands to a function: arguments by name come last, as one value. */
export function readArguments(given: readonly RuntimeValue[]): {
  positional: readonly RuntimeValue[];
  named: ReadonlyMap<string, RuntimeValue>;
} {
  const last = given.at(-1);
  if (last?.type !== 'KeywordArgumentsValue') return { positional: given, named: new Map() };
  return {
    positional: given.slice(0, -1),
    named: last.value as unknown as ReadonlyMap<string, RuntimeValue>,
  };
}

/**
 * The scope in which a macro's body runs: it sees where the macro was declared, not where it is called.
 * @throws {Error} on an argument that the macro does not have
 */
export function bindArguments(
  interpreter: ExpressionInterpreter,
  macro: Node,
  positional: readonly RuntimeValue[],
  named: ReadonlyMap<string, RuntimeValue>,
  declaredIn: Environment,
): Environment {
  const scope = scopeIn(declaredIn);
  const parameters = (macro.args ?? []) as readonly Node[];
  if (positional.length > parameters.length) {
    throw new Error(
      `macro ${macroName(macro)}: expected at most ${parameters.length} arguments, got ${positional.length}`,
    );
  }
  parameters.forEach((parameter, index) => {
    const name = parameterName(parameter);
    scope.variables.set(name, positional[index] ?? named.get(name) ?? nothing);
  });
  for (const name of named.keys()) {
    if (scope.variables.has(name)) continue;
    const names = parameters.map(parameterName).join(', ');
    throw new Error(`macro ${macroName(macro)}: expected one of ${names}, got ${name}`);
  }
  parameters.forEach((parameter, index) => {
    const name = parameterName(parameter);
    if (parameter.key && positional[index] === undefined && !named.has(name)) {
      scope.variables.set(name, interpreter.evaluate(parameter.value as Node, scope));
    }
  });
  return scope;
}
