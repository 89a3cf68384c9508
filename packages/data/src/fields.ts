/**
 * Checked access to the fields of a row. Every check fails with the field's path and what stands there
 * instead of what was expected.
 */
import { jsonObject, shortJson } from '@sftkit/json';
import { DataError, type Source } from './data-error.js';

/** A name of the file for a message: a text that stands where a key should, by accident, must not flood the terminal. */
export function shortened(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}

/** A JSON object and where it stands: its row, and its path inside the row ('' for the row itself). */
export interface Fields {
  readonly source: Source;
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** What the file calls the keys that have another name there: { prompt: 'question' }. */
  readonly names?: Readonly<Record<string, string>>;
}

/** What a JSON value is, in the words of the error messages. */
export function nameOfKind(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text';
  if (typeof value === 'bigint' || value instanceof Number) return `number ${shortJson(value)}`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `${typeof value} ${String(value)}`;
}

/** @throws {DataError} if the value is not a JSON object */
export function fieldsOf(value: unknown, source: Source, path: string): Fields {
  const values = jsonObject(value);
  if (values === undefined) {
    throw new DataError(source, path || undefined, `expected a JSON object, found ${nameOfKind(value)}`);
  }
  return { source, path, values };
}

/** The same fields under the names that the code reads them by. */
export function renameKeys(fields: Fields, names: Readonly<Record<string, string>>): Fields {
  const renamed = Object.keys(names).filter((key) => names[key] !== key);
  if (renamed.length === 0) return fields;
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(fields.values)) {
    const isTaken = renamed.some((to) => to === key || names[to] === key);
    if (!isTaken) values[key] = fields.values[key];
  }
  for (const key of renamed) {
    const name = names[key]!;
    if (Object.hasOwn(fields.values, name)) values[key] = fields.values[name];
  }
  return { source: fields.source, path: fields.path, values, names };
}

/** Path of one field of `fields`, `messages[2].content`. */
export function pathOf(fields: Fields, key: string): string {
  const name = fields.names?.[key] ?? key;
  return fields.path === '' ? name : `${fields.path}.${name}`;
}

/** The error for a field that is not what it must be. */
export function wrong(fields: Fields, key: string, expected: string, remedy: string): DataError {
  return problemOf(fields, key, `expected ${expected}, found ${nameOfKind(fields.values[key])}; ${remedy}`);
}

/** Any other error of a field. */
export function problemOf(
  fields: Fields,
  key: string,
  problem: string,
  options?: { cause?: unknown },
): DataError {
  return new DataError(fields.source, pathOf(fields, key), problem, options);
}

/** Text that must be there. */
export function textField(fields: Fields, key: string): string {
  const value = fields.values[key];
  if (typeof value !== 'string') throw wrong(fields, key, 'text', 'write it as a JSON string');
  return value;
}

/** Text that may be missing; exporters write a missing field as null. */
export function optionalTextField(fields: Fields, key: string): string | undefined {
  return isAbsent(fields.values[key]) ? undefined : textField(fields, key);
}

/** A list that must be there and hold something. */
export function listField(fields: Fields, key: string, remedy: string): readonly unknown[] {
  const value = fields.values[key];
  if (!Array.isArray(value)) throw wrong(fields, key, 'a list', remedy);
  if (value.length === 0) {
    throw problemOf(fields, key, `expected at least one entry, found none; ${remedy}`);
  }
  return value;
}

/** Null counts as missing: table exporters fill absent fields with it. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** Missing, or what a table with fixed columns writes in its place. */
export function isEmpty(value: unknown): boolean {
  return isAbsent(value) || value === '' || (Array.isArray(value) && value.length === 0);
}
