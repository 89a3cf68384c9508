/** From a file's text to checked examples, one at a time. */
import { DataError } from './data-error.js';
import type { Example } from './example.js';
import { type Fields, fieldsOf, textField } from './fields.js';
import { type Columns, checkForm, detectForm, type Form } from './form.js';
import { parseAlpaca } from './parse-alpaca.js';
import { parseConversation } from './parse-conversation.js';
import { parseWeight } from './parse-message.js';
import { parsePromptCompletion } from './parse-prompt-completion.js';
import { parseShareGpt } from './parse-sharegpt.js';
import type { Chunks } from './read-lines.js';
import { readRows } from './read-rows.js';

export interface ParseExamplesOptions {
  /** The file's name in errors and in `example.source`. */
  readonly file?: string;
  /** The form of every row; seen in the first row when absent. */
  readonly form?: Form;
  /** Other names of the form's keys, { prompt: 'question', completion: 'answer' }. */
  readonly columns?: Columns;
}

/**
 * Reads JSON Lines, or one JSON array of objects, in constant memory: what is yielded is all that is held.
 * @param chunks the file's bytes or text, cut anywhere
 * @throws {DataError} at the first row that is wrong, and at the end of a file without rows
 */
export async function* parseExamples(
  chunks: Chunks,
  { file = '<input>', form, columns = {} }: ParseExamplesOptions = {},
): AsyncGenerator<Example> {
  let index = 0;
  let formOfFile = form;
  for await (const { line, value } of readRows(chunks, file)) {
    const row = fieldsOf(value, { file, line }, '');
    if (formOfFile === undefined) formOfFile = detectForm(row, columns);
    else checkForm(row, formOfFile, columns);
    yield parseRow(row, formOfFile, columns, index);
    index += 1;
  }
  if (index === 0) throw new DataError({ file, line: 1 }, undefined, 'expected at least one row, found none');
}

function parseRow(row: Fields, form: Form, columns: Columns, index: number): Example {
  const { source } = row;
  switch (form) {
    case 'text': {
      const weight = parseWeight(row);
      const text = textField(row, columns.text ?? 'text');
      return { kind: 'text', text, ...(weight === undefined ? {} : { weight }), source, index };
    }
    case 'messages':
      return {
        kind: 'conversation',
        conversation: parseConversation(row.values, source, { columns }),
        source,
        index,
      };
    case 'prompt-completion':
      return { kind: 'conversation', conversation: parsePromptCompletion(row, columns), source, index };
    case 'sharegpt':
      return { kind: 'conversation', conversation: parseShareGpt(row, columns), source, index };
    case 'alpaca':
      return { kind: 'conversation', conversation: parseAlpaca(row, columns), source, index };
  }
}
