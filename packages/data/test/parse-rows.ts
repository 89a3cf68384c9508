/** What rows become, for tests: each is written as a line of a file, or given as the text of one. */
import { stringifyJson } from '@sftkit/json';
import type { Conversation } from '@sftkit/templates';
import { DataError, type Example, type ParseExamplesOptions, parseExamples } from '../src/index.js';

/** All examples of a file of these rows, called demos.jsonl. */
export async function parseRows(
  rows: readonly unknown[],
  options?: ParseExamplesOptions,
): Promise<Example[]> {
  const text = rows.map((row) => `${typeof row === 'string' ? row : stringifyJson(row)}\n`).join('');
  const examples: Example[] = [];
  for await (const example of parseExamples([text], { file: 'demos.jsonl', ...options })) {
    examples.push(example);
  }
  return examples;
}

/** The conversation of one row. */
export async function parseRow(row: unknown, options?: ParseExamplesOptions): Promise<Conversation> {
  const [example] = await parseRows([row], options);
  if (example?.kind !== 'conversation') throw new Error('expected a conversation');
  return example.conversation;
}

/** The message of the error that one row is, without its place. */
export async function problemOf(row: unknown, options?: ParseExamplesOptions): Promise<string> {
  try {
    await parseRow(row, options);
  } catch (error) {
    if (error instanceof DataError) return error.message.replace('demos.jsonl:1: ', '');
    throw error;
  }
  throw new Error('expected an error, found an example');
}
