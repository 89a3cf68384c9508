/**
 * Checked access to the fields of a row. Every check fails with the field's path and what stands there
 * instead of what was expected.
 */
import { DataError, type Source } from './data-error.js';

/** A JSON object and where it stands: its row, and its path inside the row ('' for the row itself). */
export interface Fields {
  readonly source: Source;
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What a JSON value is, in the words of the error messages. */
export function nameOfKind(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `${typeof value} ${String(value)}`;
}

/** @throws {DataError} if the value is not a JSON object */
export function fieldsOf(value: unknown, source: Source, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DataError(source, path || undefined, `expected a JSON object, found ${nameOfKind(value)}`);
  }
  return { source, path, values: value as Record<string, unknown> };
}

/** Path of one field of `fields`, `messages[2].content`. */
export function pathOf(fields: Fields, key: string): string {
  return fields.path === '' ? key : `${fields.path}.${key}`;
}

/** The error for a field that is not what it must be. */
export function wrong(fields: Fields, key: string, expected: string, remedy: string): DataError {
  const problem = `expected ${expected}, found ${nameOfKind(fields.values[key])}; ${remedy}`;
  return new DataError(fields.source, pathOf(fields, key), problem);
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
    throw new DataError(
      fields.source,
      pathOf(fields, key),
      `expected at least one entry, found none; ${remedy}`,
    );
  }
  return value;
}

/** Null counts as missing: table exporters fill absent fields with it. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}
