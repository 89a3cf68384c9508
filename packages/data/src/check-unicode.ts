/** Values that do not come from a file's text, where `parseJson` checks them, may hold text that no file can. */
import { isDeeper, jsonEntries, loneSurrogate, MAX_LEVELS } from '@sftkit/json';
import { DataError, type Source } from './data-error.js';
import { type Fields, shortened } from './fields.js';

/** @throws {DataError} naming the field that holds half of a surrogate pair, or more levels than a file may have */
export function checkUnicode({ values, source }: Fields): void {
  for (const [key, value] of Object.entries(values)) {
    if (isDeeper(value)) {
      throw new DataError(
        source,
        shortened(key),
        `expected at most ${MAX_LEVELS} levels, found more; remove them`,
      );
    }
    check(value, key, source);
  }
}

function check(value: unknown, path: string, source: Source): void {
  if (typeof value === 'string') {
    const lone = loneSurrogate(value);
    if (lone === undefined) return;
    const problem = `expected text that is Unicode, found ${lone.found}; write the whole character`;
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
