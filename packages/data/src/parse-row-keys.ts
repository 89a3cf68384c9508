/** The keys of a row that mean the same in every form that holds a conversation. */
import { jsonObject } from '@sftkit/json';
import type { Conversation, Message } from '@sftkit/templates';
import { canonicalJson } from './canonical-json.js';
import {
  type Fields,
  fieldsOf,
  isAbsent,
  isEmpty,
  listField,
  optionalTextField,
  pathOf,
  problemOf,
} from './fields.js';
import { jsonOrText, nameOfParsed } from './json-text.js';
import { textOf } from './parse-content.js';
import { parseHistory } from './parse-history.js';
import { parseMessage } from './parse-message.js';
import { withRowTraining } from './parse-training.js';
import { refuseLabel } from './refused-keys.js';

/** What is read here, whatever the form. */
export const ROW_KEYS = [
  'system',
  'system_prompt',
  'history',
  'tools',
  'functions',
  'documents',
  'chat_template_kwargs',
  'metadata',
  'train',
  'weight',
] as const;

const SYSTEM_KEYS = ['system', 'system_prompt'] as const;

/** What every template is given under these names; a row has other keys for them. */
const RESERVED_VARIABLES = ['messages', 'tools', 'documents', 'add_generation_prompt'] as const;

/**
 * The conversation of a row: the turns of its form, and all that its other keys say.
 * @param history turns before the row's own
 * @throws {DataError} naming the field that is wrong
 */
export function conversationOf(
  row: Fields,
  turns: readonly Message[],
  history: readonly Message[] = parseHistory(row),
): Conversation {
  refuseLabel(row);
  const messages = withSystem(row, withHistory(history, turns));
  return {
    messages: withRowTraining(messages, row),
    ...parseTools(row),
    ...parseDocuments(row),
    ...parseVariables(row),
    ...parseMetadata(row),
  };
}

/** The list of messages in one field of a row. */
export function parseMessages(row: Fields, key: string): readonly Message[] {
  const entries = listField(row, key, 'write a list of {"role": …, "content": …}');
  return entries.map((entry, i) => parseMessage(fieldsOf(entry, row.source, `${pathOf(row, key)}[${i}]`)));
}

/** @throws {DataError} if no message is the assistant's: such a row teaches nothing */
export function checkAssistant(messages: readonly Message[], row: Fields, key: string): void {
  if (messages.some(({ role }) => role === 'assistant')) return;
  const roles = [...new Set(messages.map(({ role }) => role))].join(', ');
  const problem = `expected at least one assistant turn, found only ${roles}; add the answer to be learnt`;
  throw problemOf(row, key, problem);
}

/** A system turn stays in front of the history. */
function withHistory(history: readonly Message[], turns: readonly Message[]): readonly Message[] {
  if (history.length === 0) return turns;
  const first = turns.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const start = first < 0 ? turns.length : first;
  return [...turns.slice(0, start), ...history, ...turns.slice(start)];
}

/** The system prompt of a row as its first message; one that says the same in both places is said once. */
function withSystem(row: Fields, messages: readonly Message[]): readonly Message[] {
  const [first, ...others] = SYSTEM_KEYS.filter((key) => !isEmpty(optionalTextField(row, key)));
  if (first === undefined) return messages;
  const content = row.values[first] as string;
  const other = others.find((key) => row.values[key] !== content);
  if (other !== undefined) {
    const problem = `expected the text of ${pathOf(row, first)}, found another; keep one of the two`;
    throw problemOf(row, other, problem);
  }
  const turns = messages.filter(({ role }) => role === 'system');
  if (turns.length === 0) return [{ role: 'system', content }, ...messages];
  if (turns.every((turn) => textOf(turn.content) === content)) return messages;
  const problem = 'expected the text of the system turn, found another; keep one of the two';
  throw problemOf(row, first, problem);
}

/** `tools`, or the `functions` of OpenAI's legacy form. */
function parseTools(row: Fields): Pick<Conversation, 'tools'> {
  const tools = toolsIn(row, 'tools');
  const functions = toolsIn(row, 'functions');
  if (tools && functions && canonicalJson(tools) !== canonicalJson(functions)) {
    const problem = `expected those in ${pathOf(row, 'tools')}, found others; keep one of the two lists`;
    throw problemOf(row, 'functions', problem);
  }
  const list = tools ?? functions;
  return list === undefined ? {} : { tools: list };
}

/**
 * Tools as a list of objects, or as the JSON text of one, which tables with fixed columns use. A bare
 * function description is wrapped into the OpenAI form that chat templates read.
 */
function toolsIn(row: Fields, key: string): readonly object[] | undefined {
  return objectsIn(row, key, 'write a list of function descriptions')?.map((tool) => {
    const { type, function: inner, name } = jsonObject(tool)!;
    const isBare = type === undefined && inner === undefined && name !== undefined;
    return isBare ? { type: 'function', function: tool } : tool;
  });
}

/** What a template may answer from. */
function parseDocuments(row: Fields): Pick<Conversation, 'documents'> {
  const documents = objectsIn(row, 'documents', 'write a list of {"title": …, "text": …}');
  return documents === undefined ? {} : { documents };
}

/** Variables of the template for this row. */
function parseVariables(row: Fields): Pick<Conversation, 'variables'> {
  const key = 'chat_template_kwargs';
  if (isEmpty(row.values[key])) return {};
  const remedy = 'write the variables of the template as {"enable_thinking": false}';
  const parsed = jsonOrText(row, key, { expected: 'a JSON object', remedy });
  const variables = jsonObject(parsed);
  if (variables === undefined) {
    throw problemOf(row, key, `expected a JSON object, found ${nameOfParsed(row, key, parsed)}; ${remedy}`);
  }
  const reserved = RESERVED_VARIABLES.find((name) => Object.hasOwn(variables, name));
  if (reserved !== undefined) {
    const problem = `expected variables of the template, found ${reserved}, which it is given anyway; remove it, or make it a key of the row`;
    throw problemOf(row, `${key}.${reserved}`, problem);
  }
  return Object.keys(variables).length === 0 ? {} : { variables };
}

/** Whatever the row's author wants to carry along; nothing here reads it. */
function parseMetadata(row: Fields): Pick<Conversation, 'metadata'> {
  const { metadata } = row.values;
  if (isAbsent(metadata)) return {};
  fieldsOf(metadata, row.source, pathOf(row, 'metadata'));
  // As it is given, so that it is written as it was read: a Map where a plain object would change the order of its keys.
  return { metadata: metadata as Readonly<Record<string, unknown>> };
}

/** A list of objects, or the JSON text of one; undefined where it holds none. */
function objectsIn(row: Fields, key: string, remedy: string): readonly object[] | undefined {
  if (isEmpty(row.values[key])) return undefined;
  const list = jsonOrText(row, key, { expected: 'a list, or the JSON text of one', remedy });
  if (!Array.isArray(list)) {
    throw problemOf(row, key, `expected a list, found ${nameOfParsed(row, key, list)}; ${remedy}`);
  }
  list.forEach((entry, i) => {
    fieldsOf(entry, row.source, `${pathOf(row, key)}[${i}]`);
  });
  return list.length === 0 ? undefined : list;
}
