/** The parts of a row that several forms share. */
import type { Conversation, Message } from '@sftkit/templates';
import { DataError } from './data-error.js';
import { type Fields, fieldsOf, isAbsent, listField, optionalTextField, pathOf, wrong } from './fields.js';
import type { Columns } from './form.js';
import { parseMessage, parseWeight } from './parse-message.js';

/** The list of messages in one field of a row. */
export function parseMessages(row: Fields, key: string): readonly Message[] {
  const entries = listField(row, key, 'write a list of {"role": …, "content": …}');
  return entries.map((entry, i) => parseMessage(fieldsOf(entry, row.source, `${pathOf(row, key)}[${i}]`)));
}

/** Messages with the weight of their row, if it has one: it multiplies the weight of each. */
export function withRowWeight(messages: readonly Message[], row: Fields): readonly Message[] {
  const ofRow = parseWeight(row);
  if (ofRow === undefined) return messages;
  return messages.map((message) => ({ ...message, weight: ofRow * (message.weight ?? 1) }));
}

/** @throws {DataError} if no message is the assistant's: such a row teaches nothing */
export function checkAssistant(messages: readonly Message[], row: Fields, key: string): void {
  if (messages.some(({ role }) => role === 'assistant')) return;
  const roles = [...new Set(messages.map(({ role }) => role))].join(', ');
  const problem = `expected at least one assistant turn, found only ${roles}; add the answer to be learnt`;
  throw new DataError(row.source, pathOf(row, key), problem);
}

/**
 * Tools as a list of objects, or as the JSON text of one, which tables with fixed columns use. A bare
 * function description is wrapped into the OpenAI form that chat templates read.
 */
export function parseTools(row: Fields, columns: Columns): Pick<Conversation, 'tools'> {
  const key = columns.tools ?? 'tools';
  const given = row.values[key];
  if (isAbsent(given) || given === '') return {};
  const tools = typeof given === 'string' ? parseJsonText(given) : given;
  if (!Array.isArray(tools)) throw wrong(row, key, 'a list', 'write a list of function descriptions');
  if (tools.length === 0) return {};
  return {
    tools: tools.map((tool, i) => {
      const { values } = fieldsOf(tool, row.source, `${key}[${i}]`);
      const isBare = values.type === undefined && values.function === undefined && 'name' in values;
      return isBare ? { type: 'function', function: values } : values;
    }),
  };
}

/** Whatever the row's author wants to carry along; nothing here reads it. */
export function parseMetadata(row: Fields): Pick<Conversation, 'metadata'> {
  const { metadata } = row.values;
  return isAbsent(metadata) ? {} : { metadata: fieldsOf(metadata, row.source, 'metadata').values };
}

/** The `system` field of a row as its first message. */
export function systemMessage(row: Fields, columns: Columns): readonly Message[] {
  const content = optionalTextField(row, columns.system ?? 'system');
  return content === undefined || content === '' ? [] : [{ role: 'system', content }];
}

function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
