/** JavaScript's values as a template sees them, with the origin of what a message says. */
import { PythonError } from './python-error.js';
import { type Source, Text } from './text.js';
import { Dict, Float, integer, Sequence, type Value } from './values.js';

/**
 * @param value as JSON has it; a boxed number is a float whose value is whole, and a `Map` an object whose keys stand in
 *   another order than JavaScript's
 * @param origin of all strings, lists and objects inside; undefined where nobody asks
 */
export function pythonValue(value: unknown, origin?: Source): Value {
  switch (typeof value) {
    case 'string':
      return origin
        ? Text.of({ message: origin.message, field: origin.field, path: origin.path, text: value })
        : value;
    case 'boolean':
      return value;
    case 'number':
      return Number.isInteger(value) ? integer(BigInt(value)) : new Float(value);
    case 'bigint':
      return integer(value);
    case 'object': {
      if (value === null) return null;
      if (Array.isArray(value)) {
        return new Sequence(
          value.map((item, index) =>
            pythonValue(item, origin && { ...origin, path: `${origin.path}[${index}]` }),
          ),
          'list',
          origin,
        );
      }
      if (value instanceof Number) return new Float(value.valueOf());
      const entries: Dict['entries'] = new Map();
      for (const [key, inner] of value instanceof Map ? value : Object.entries(value)) {
        if (inner === undefined) continue;
        const path = origin && `${origin.path}.${key}`;
        const name = origin ? Text.of({ ...origin, path: `${path}{key}`, text: key }) : key;
        entries.set(key, [name, pythonValue(inner, origin && { ...origin, path: path! })]);
      }
      return new Dict(entries, origin);
    }
  }
  throw new PythonError('TypeError', `expected a value that JSON has, got a ${typeof value}`);
}
