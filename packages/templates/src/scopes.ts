import { Environment } from '@huggingface/jinja';
import type { Node } from './parse-template.js';
import { boolean, integer, kindOf, nothing, object, type RuntimeValue, text } from './runtime-values.js';

const { tests } = new Environment();

/**
 * An empty scope. The library's constructor puts a `namespace` of its own into each, which hides a variable of
 * that name and costs more than all the rest of a loop's iteration.
 */
export function scopeIn(parent: Environment): Environment {
  const scope = Object.create(Environment.prototype) as Environment;
  scope.variables = new Map();
  scope.tests = tests;
  scope.parent = parent;
  return scope;
}

/** What Python would iterate over: a list, an object's keys, a text's characters, nothing of what is not there. */
export function itemsOf(value: RuntimeValue): readonly RuntimeValue[] {
  const content: unknown = value.value;
  if (Array.isArray(content)) return content as RuntimeValue[];
  if (content instanceof Map) return [...(content as Map<string, RuntimeValue>).keys()].map(text);
  if (typeof content === 'string') return [...content].map(text);
  if (value.type === 'UndefinedValue') return [];
  throw new Error(`for: expected a list, got ${kindOf(value)}`);
}

/** A scope with the variable, or the several that take an item apart, of a loop. */
export function bindLoopVariables(
  loopvar: Node['loopvar'],
  item: RuntimeValue,
  environment: Environment,
): Environment {
  const scope = scopeIn(environment);
  if (loopvar?.type !== 'TupleLiteral') {
    scope.variables.set(String(loopvar?.value), item);
    return scope;
  }
  const names = (loopvar.value as readonly Node[]).map(({ value }) => String(value));
  const values = itemsOf(item);
  if (values.length !== names.length) {
    throw new Error(`for: expected ${names.length} values for ${names.join(', ')}, got ${values.length}`);
  }
  for (const [index, name] of names.entries()) scope.variables.set(name, values[index]!);
  return scope;
}

/** Jinja's `loop`. */
export function loopObject(items: readonly RuntimeValue[], index: number): RuntimeValue {
  const { length } = items;
  return object(
    new Map([
      ['index', integer(index + 1)],
      ['index0', integer(index)],
      ['revindex', integer(length - index)],
      ['revindex0', integer(length - index - 1)],
      ['first', boolean(index === 0)],
      ['last', boolean(index === length - 1)],
      ['length', integer(length)],
      ['previtem', items[index - 1] ?? nothing],
      ['nextitem', items[index + 1] ?? nothing],
    ]),
  );
}
