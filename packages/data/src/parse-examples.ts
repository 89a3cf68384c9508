/** From a file's text to checked examples, one at a time. */
import type { Conversation } from '@sftkit/templates';
import { DataError } from './data-error.js';
import type { Example } from './example.js';
import { type Fields, fieldsOf, renameKeys, textField } from './fields.js';
import { type Columns, checkForm, detectForm, type Form } from './form.js';
import { parseAlpaca } from './parse-alpaca.js';
import { parseMessagesRow } from './parse-conversation.js';
import { parsePromptCompletion } from './parse-prompt-completion.js';
import { parseShareGpt } from './parse-sharegpt.js';
import { parseWeight } from './parse-training.js';
import type { Chunks } from './read-lines.js';
import { readRows } from './read-rows.js';
import { refuseRow } from './refused-keys.js';
import { namesRead, type UnknownKey, unknownKeys } from './unknown-keys.js';

export interface ParseExamplesOptions {
  /** The file's name in errors and in `example.source`. */
  readonly file?: string;
  /** The form of every row; seen in the first row when absent. */
  readonly form?: Form;
  /** Other names of the form's keys, { prompt: 'question', completion: 'answer' }. */
  readonly columns?: Columns;
  /** Called for each key of a row or a message that nothing reads, before its example is yielded. */
  readonly onUnknownKey?: (key: UnknownKey) => void;
}

/**
 * Reads JSON Lines, or one JSON array of objects, in constant memory: what is yielded is all that is held.
 * @param chunks the file's bytes or text, cut anywhere
 * @throws {DataError} at the first row that is wrong, and at the end of a file without rows
 */
export async function* parseExamples(
  chunks: Chunks,
  { file = '<input>', form, columns = {}, onUnknownKey }: ParseExamplesOptions = {},
): AsyncGenerator<Example> {
  const mapped = new Set(Object.values(columns));
  let index = 0;
  let formOfFile = form;
  let read: ReadonlySet<string> | undefined;
  for await (const rows of readRows(chunks, file)) {
    for (const { line, value } of rows) {
      const row = fieldsOf(value, { file, line }, '');
      refuseRow(row, mapped);
      formOfFile ??= detectForm(row, columns);
      checkForm(row, formOfFile, columns);
      const example = parseRow(renameKeys(row, columns), formOfFile, index);
      if (onUnknownKey) {
        read ??= namesRead(formOfFile, columns);
        for (const key of unknownKeys(row, example, read)) onUnknownKey(key);
      }
      yield example;
      index += 1;
    }
  }
  if (index === 0) throw new DataError({ file, line: 1 }, undefined, 'expected at least one row, found none');
}

function parseRow(row: Fields, form: Form, index: number): Example {
  const { source } = row;
  if (form !== 'text') {
    return { kind: 'conversation', conversation: PARSERS[form](row), source, index };
  }
  const weight = parseWeight(row);
  return {
    kind: 'text',
    text: textField(row, 'text'),
    ...(weight === undefined ? {} : { weight }),
    source,
    index,
  };
}

const PARSERS: Readonly<Record<Exclude<Form, 'text'>, (row: Fields) => Conversation>> = {
  messages: parseMessagesRow,
  'prompt-completion': parsePromptCompletion,
  sharegpt: parseShareGpt,
  alpaca: parseAlpaca,
};
