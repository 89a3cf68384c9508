/** Keys of a file that nothing here reads: a meaning that is lost without a word unless somebody is told. */
import type { Source } from './data-error.js';
import type { Example } from './example.js';
import { type Fields, isAbsent } from './fields.js';
import { type Columns, type Form, keysOfForm } from './form.js';
import { unknownMessageKeys } from './parse-message.js';
import { ROW_KEYS } from './parse-row-keys.js';
import { MEDIA_KEYS } from './refused-keys.js';

/** A key that was passed over (of a row), or kept for the template without knowing it (of a message). */
export interface UnknownKey {
  readonly place: 'row' | 'message';
  /** In the file's words. */
  readonly key: string;
  /** The row that it stands in. */
  readonly source: Source;
}

/** What the keys that a form reads are called in the file. */
export function namesRead(form: Form, columns: Columns): ReadonlySet<string> {
  const shared = form === 'text' ? ['weight', 'metadata'] : ROW_KEYS;
  const names: Readonly<Record<string, string>> = columns;
  return new Set([...keysOfForm(form), ...shared, ...MEDIA_KEYS].map((key) => names[key] ?? key));
}

/**
 * Each unknown key of a row and of its messages; one that several messages have is named for each. Keys that are null
 * say nothing.
 * @param row with the file's own names
 * @param read `namesRead` of the file
 */
export function* unknownKeys(
  row: Fields,
  example: Example,
  read: ReadonlySet<string>,
): Generator<UnknownKey> {
  const { source } = row;
  for (const [key, value] of Object.entries(row.values)) {
    if (!isAbsent(value) && !read.has(key)) yield { place: 'row', key, source };
  }
  if (example.kind === 'text') return;
  for (const message of example.conversation.messages) {
    for (const key of unknownMessageKeys(message)) yield { place: 'message', key, source };
  }
}
