import { getItem } from './attributes.js';
import type { Evaluator } from './evaluator.js';
import { methods } from './methods.js';
import { stringOf } from './text.js';
import { isText, Undefined, type Value } from './values.js';

/** Attributes as `map`, `join`, `sort` and others take them: a path with dots, digits in it indices. */
export function attributeGetter(
  attribute: Value | undefined,
  interpreter: Evaluator,
  fallback?: Value,
): (item: Value) => Value {
  if (attribute === undefined || attribute === null) return (item) => item;
  const parts = isText(attribute)
    ? stringOf(attribute)
        .split('.')
        .map((part): Value => (/^\d+$/.test(part) ? Number(part) : part))
    : [attribute];
  return (item) =>
    parts.reduce((object: Value, part) => {
      const found = getItem(object, part, methods, interpreter.budget);
      return found instanceof Undefined && fallback !== undefined && fallback !== null ? fallback : found;
    }, item);
}
