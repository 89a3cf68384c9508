/**
 * {conversations: [{from, value}]} as a conversation. A `function_call` becomes an assistant message with
 * `tool_calls` in the OpenAI form (arguments as an object, which is what chat templates print), and an
 * `observation` becomes a tool message.
 */
import type { Conversation, Message } from '@sftkit/templates';
import {
  checkAssistant,
  parseMetadata,
  parseTools,
  systemMessage,
  withRowWeight,
} from './conversation-parts.js';
import { DataError } from './data-error.js';
import { type Fields, fieldsOf, listField, nameOfKind, pathOf, textField, wrong } from './fields.js';
import type { Columns } from './form.js';
import { parseTraining } from './parse-message.js';

const ROLE_OF: Readonly<Record<string, string>> = {
  system: 'system',
  human: 'user',
  user: 'user',
  gpt: 'assistant',
  assistant: 'assistant',
  model: 'assistant',
  function_call: 'assistant',
  observation: 'tool',
  tool: 'tool',
};

/** @throws {DataError} naming the field that is wrong */
export function parseShareGpt(row: Fields, columns: Columns): Conversation {
  const key = columns.conversations ?? 'conversations';
  const entries = listField(row, key, 'write a list of {"from": …, "value": …}');
  const turns = entries.map((entry, i) => parseTurn(fieldsOf(entry, row.source, `${key}[${i}]`), key));
  checkAssistant(turns, row, key);
  const messages = [...systemMessage(row, columns), ...turns];
  return { messages: withRowWeight(messages, row), ...parseTools(row, columns), ...parseMetadata(row) };
}

function parseTurn(turn: Fields, key: string): Message {
  const { from } = turn.values;
  if (from === undefined && 'role' in turn.values) {
    const remedy = `for {"role", "content"} entries set the columns option to { messages: '${key}' }`;
    throw wrong(turn, 'from', 'text', remedy);
  }
  const role = typeof from === 'string' && Object.hasOwn(ROLE_OF, from) ? ROLE_OF[from] : undefined;
  if (role === undefined) {
    const found = typeof from === 'string' ? JSON.stringify(from) : nameOfKind(from);
    const problem = `unknown role ${found}; expected one of ${Object.keys(ROLE_OF).join(', ')}`;
    throw new DataError(turn.source, pathOf(turn, 'from'), problem);
  }
  const value = textField(turn, 'value');
  const training = parseTraining(turn);
  if (from !== 'function_call') return { role, content: value, ...training };
  return { role, content: null, tool_calls: parseCalls(turn, value), ...training };
}

/** One call, or a list of calls, as JSON text: {"name": …, "arguments": {…}}. */
function parseCalls(turn: Fields, text: string): readonly unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    const problem =
      'expected a function call as JSON text, found other text; write {"name": …, "arguments": …}';
    throw new DataError(turn.source, pathOf(turn, 'value'), problem, { cause });
  }
  const calls = Array.isArray(parsed) ? parsed : [parsed];
  return calls.map((call) => {
    const fields = fieldsOf(call, turn.source, pathOf(turn, 'value'));
    return { type: 'function', function: { ...fields.values, name: textField(fields, 'name') } };
  });
}
