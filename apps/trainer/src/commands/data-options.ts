/** How commands are told what the rows of a file look like. */

import { type Column, type Columns, FORMS, type Form } from '@sftkit/data';
import { LIMITS } from '@sftkit/sft';
import type { ReadOptions } from '@sftkit/sft/node';
import { Option } from 'commander';
import { UserError } from '../user-error.js';
import { numberOption } from './model-options.js';

export function formOption(): Option {
  return new Option('--form <form>', 'of the rows; seen in the first row when absent').choices(FORMS);
}

/** Repeatable, or several with commas: `--columns prompt=question,completion=answer`. */
export function columnsOption(): Option {
  return new Option(
    '--columns <key=name...>',
    "other names of the form's keys: prompt=question completion=answer",
  ).argParser((text, before: Columns | undefined) => ({ ...before, ...parseColumns(text) }));
}

export function threadsOption(): Option {
  return new Option(
    '--threads <n>',
    'that prepare large data, at most; as many as the machine runs at once when absent',
  ).argParser(numberOption('threads', { least: 1, most: LIMITS.threads, integer: true }));
}

export function dataOptions({
  form,
  columns,
}: {
  readonly form?: Form | undefined;
  readonly columns?: Columns | undefined;
}): ReadOptions {
  return { form, ...(columns === undefined ? {} : { columns }) };
}

const COLUMNS: Readonly<Record<Column, true>> = {
  messages: true,
  prompt: true,
  completion: true,
  conversations: true,
  instruction: true,
  input: true,
  output: true,
  system: true,
  tools: true,
  text: true,
};

/** @throws {UserError} if a pair is no pair, or its key is none of any form */
function parseColumns(text: string): Columns {
  const pairs = text.split(',').map((pair) => /^([^=]+)=(.+)$/.exec(pair));
  if (pairs.includes(null)) {
    throw new UserError(
      `--columns: expected key=name, as in prompt=question, got ${JSON.stringify(text)}; the key is the form's, the name is your file's`,
    );
  }
  const unknown = pairs.find((pair) => !Object.hasOwn(COLUMNS, pair![1]!.trim()));
  if (unknown !== undefined) {
    throw new UserError(
      `--columns: expected one of the keys ${Object.keys(COLUMNS).join(', ')}, got ${JSON.stringify(unknown![1])}`,
    );
  }
  return Object.fromEntries(pairs.map((pair) => [pair![1]!.trim(), pair![2]!.trim()]));
}
