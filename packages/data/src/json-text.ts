/** JSON inside a text of the JSON: how tables with fixed columns hold objects and lists. */
import { JsonError, parseJson } from '@sftkit/json';
import { type Fields, nameOfKind, problemOf } from './fields.js';

/**
 * A field's value, parsed if it is text.
 * @param expected what the field should be, in the error for text that is no JSON
 * @throws {DataError} saying why it is none
 */
export function jsonOrText(
  fields: Fields,
  key: string,
  { expected, remedy }: { readonly expected: string; readonly remedy: string },
): unknown {
  const value = fields.values[key];
  if (typeof value !== 'string') return value;
  try {
    return parseJson(value);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    const found = `text that is not JSON (${cause.message}, at character ${cause.offset + 1})`;
    throw problemOf(fields, key, `expected ${expected}, found ${found}; ${remedy}`, { cause });
  }
}

/** What was found where the value of a field, or what its text holds, is not what it must be. */
export function nameOfParsed(fields: Fields, key: string, parsed: unknown): string {
  return `${fields.values[key] === parsed ? '' : 'the text of '}${nameOfKind(parsed)}`;
}
