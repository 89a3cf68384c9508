/** Values that do not come from a file's text, where `parseJson` checks them, may hold text that no file can. */
import { jsonEntries } from '@sftkit/json';
import { DataError, type Source } from './data-error.js';
import type { Fields } from './fields.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** @throws {DataError} naming the field that holds half of a surrogate pair */
export function checkUnicode({ values, source }: Fields): void {
  for (const [key, value] of Object.entries(values)) check(value, key, source);
}

function check(value: unknown, path: string, source: Source): void {
  if (typeof value === 'string') {
    const half = LONE_SURROGATE.exec(value)?.[0];
    if (half === undefined) return;
    const found = `\\u${half.charCodeAt(0).toString(16)}, half of a surrogate pair`;
    const problem = `expected text that is Unicode, found ${found}; write the whole character`;
    throw new DataError(source, path, problem);
  }
  if (typeof value !== 'object' || value === null || value instanceof Number) return;
  if (Array.isArray(value)) {
    for (const [i, entry] of value.entries()) check(entry, `${path}[${i}]`, source);
    return;
  }
  for (const [key, entry] of jsonEntries(value)) {
    check(key, path, source);
    check(entry, `${path}.${key}`, source);
  }
}
