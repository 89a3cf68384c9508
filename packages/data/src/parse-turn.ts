/**
 * One turn of the ShareGPT form: {from, value}. A `function_call` becomes an assistant message with `tool_calls` in the
 * OpenAI form, and an `observation` becomes a tool message. All other keys of a turn are those of a message.
 */
import { shortJson } from '@sftkit/json';
import type { Message } from '@sftkit/templates';
import { type Fields, isAbsent, nameOfKind, problemOf, textField } from './fields.js';
import { parseMessage } from './parse-message.js';
import { parseCallsText } from './parse-tool-calls.js';

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
export function parseTurn(turn: Fields): Message {
  const { from, value, ...others } = turn.values;
  const role = typeof from === 'string' && Object.hasOwn(ROLE_OF, from) ? ROLE_OF[from] : undefined;
  if (role === undefined) {
    const found = typeof from === 'string' ? shortJson(from) : nameOfKind(from);
    const problem = `unknown role ${found}; expected one of ${Object.keys(ROLE_OF).join(', ')}`;
    throw problemOf(turn, 'from', problem);
  }
  for (const [key, same] of Object.entries({ role, content: value })) {
    if (isAbsent(others[key]) || others[key] === same) continue;
    throw problemOf(turn, key, 'expected from and value alone, found another beside them; remove it');
  }
  if (from === 'function_call') {
    textField(turn, 'value');
    const calls = parseCallsText(turn, 'value');
    return parseMessage({ ...turn, values: { ...others, role, content: null, tool_calls: calls } });
  }
  const names = { role: 'from', content: 'value' };
  return parseMessage({ ...turn, values: { ...others, role, content: value }, names });
}
