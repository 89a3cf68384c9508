/**
 * The forms that a row of demonstrations may have, and how one is recognised by its keys.
 *
 * | form | keys |
 * |---|---|
 * | messages | messages |
 * | prompt-completion | prompt, completion |
 * | sharegpt | conversations |
 * | alpaca | instruction, output, input? |
 * | text | text |
 *
 * The keys that all but the last have in common are in parse-row-keys.ts.
 */
import { DataError } from './data-error.js';
import { type Fields, shortened } from './fields.js';

export type Form = 'messages' | 'prompt-completion' | 'sharegpt' | 'alpaca' | 'text';

/** What a form's own keys are called in a file, where they have other names: { prompt: 'question' }. */
export type Columns = Readonly<Partial<Record<Column, string>>>;

export type Column =
  | 'messages'
  | 'prompt'
  | 'completion'
  | 'conversations'
  | 'instruction'
  | 'input'
  | 'output'
  | 'system'
  | 'tools'
  | 'text';

/** Keys that a row of each form must have, in the order in which forms are tried. */
const REQUIRED: readonly (readonly [Form, readonly Column[]])[] = [
  ['messages', ['messages']],
  ['prompt-completion', ['prompt', 'completion']],
  ['sharegpt', ['conversations']],
  ['alpaca', ['instruction', 'output']],
  ['text', ['text']],
];

/** The names of all forms. */
export const FORMS: readonly Form[] = REQUIRED.map(([form]) => form);

/** The form's own keys: those that it needs, and those that it may have. */
export function keysOfForm(form: Form): readonly Column[] {
  return form === 'alpaca' ? [...keysRequired(form), 'input'] : keysRequired(form);
}

/** The keys that `form` needs, in the file's names. */
export function requiredKeys(form: Form, columns: Columns): readonly string[] {
  return keysRequired(form).map((key) => columns[key] ?? key);
}

/** @throws {DataError} saying which keys were found and which forms exist */
export function detectForm(row: Fields, columns: Columns): Form {
  const found = REQUIRED.find(([form]) => hasKeys(row, requiredKeys(form, columns)));
  if (found !== undefined) return found[0];
  const forms = FORMS.map((form) => `${form} {${requiredKeys(form, columns).join(', ')}}`).join(', ');
  const problem = `expected one of the forms ${forms}; found the keys ${keysOf(row)}; rename the keys, or name them with the columns option`;
  throw new DataError(row.source, undefined, problem);
}

/** @throws {DataError} if the row lacks a key of the form that the file has */
export function checkForm(row: Fields, form: Form, columns: Columns): void {
  const keys = requiredKeys(form, columns);
  if (hasKeys(row, keys)) return;
  const problem = `expected a row of the form ${form} {${keys.join(', ')}}, found the keys ${keysOf(row)}; all rows of a file have one form, named by the form option or else seen in the first row`;
  throw new DataError(row.source, undefined, problem);
}

function keysRequired(form: Form): readonly Column[] {
  return REQUIRED.find(([name]) => name === form)?.[1] ?? [];
}

function hasKeys(row: Fields, keys: readonly string[]): boolean {
  return keys.every((key) => Object.hasOwn(row.values, key));
}

/** At most ten keys: a row keyed by accident must not flood the terminal. */
function keysOf(row: Fields): string {
  const keys = Object.keys(row.values);
  const shown = keys.slice(0, 10).map(shortened).join(', ');
  return `{${shown}${keys.length > 10 ? ', …' : ''}}`;
}
