import { getItem } from './attributes.js';
import { DIGIT } from './character-kind.js';
import type { Evaluator } from './evaluator.js';
import { methods } from './methods.js';
import { PythonError } from './python-error.js';
import { toInteger } from './round.js';
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
        .map((part): Value => (DIGIT.test(part) ? indexOf(part) : part))
    : [attribute];
  return (item) =>
    parts.reduce((object: Value, part) => {
      const found = getItem(object, part, methods, interpreter.budget);
      return found instanceof Undefined && fallback !== undefined && fallback !== null ? fallback : found;
    }, item);
}

function indexOf(digits: string): Value {
  const index = toInteger(digits, 10);
  // Python takes a superscript for a digit, and for no number.
  if (index === undefined) throw new PythonError('ValueError', `invalid literal for int(): '${digits}'`);
  return index;
}
