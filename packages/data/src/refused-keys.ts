/** Keys that say that a row is no demonstration of text: learning it without them would teach something else. */
import { type Fields, isEmpty, nameOfKind, problemOf } from './fields.js';

/** What a row or a message shows or plays beside its text. */
export const MEDIA_KEYS: ReadonlySet<string> = new Set([
  'image',
  'images',
  'video',
  'videos',
  'audio',
  'audios',
]);

const PREFERENCE_KEYS: ReadonlySet<string> = new Set(['chosen', 'rejected', 'rejected_response']);

/**
 * @param mapped names of the file that the columns option gives a meaning
 * @throws {DataError} if a row holds pictures or sound, or an answer that is not to be learnt
 */
export function refuseRow(row: Fields, mapped: ReadonlySet<string>): void {
  refuseMedia(row, mapped);
  // Who names the chosen answer as a column has decided which of the two is learnt.
  if (mapped.has('chosen')) return;
  for (const key of Object.keys(row.values)) {
    if (!PREFERENCE_KEYS.has(key) || isEmpty(row.values[key]) || mapped.has(key)) continue;
    const problem = `expected a demonstration, found a row of a preference set; sftkit learns every answer: name the chosen one with the columns option, as in completion=chosen, or remove ${key}`;
    throw problemOf(row, key, problem);
  }
}

/** @throws {DataError} if a row is one of those where a label says whether its answer is a good one */
export function refuseLabel(row: Fields): void {
  const { label } = row.values;
  if (typeof label !== 'boolean') return;
  const problem = `expected a demonstration, found ${nameOfKind(label)}: a row of an unpaired-preference set; sftkit learns every answer: keep the rows with label true and remove the key`;
  throw problemOf(row, 'label', problem);
}

/** @throws {DataError} if there is something that only eyes or ears can take in */
export function refuseMedia(fields: Fields, mapped?: ReadonlySet<string>): void {
  for (const key of Object.keys(fields.values)) {
    const value = fields.values[key];
    if (!MEDIA_KEYS.has(key) || isEmpty(value) || mapped?.has(key)) continue;
    const problem = `expected nothing but text, found ${nameOfKind(value)}; only text can be learnt from: leave the row out, or remove the key`;
    throw problemOf(fields, key, problem);
  }
}
