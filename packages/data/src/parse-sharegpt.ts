/** {conversations: [{from, value}]} as a conversation. */
import type { Conversation } from '@sftkit/templates';
import { type Fields, fieldsOf, listField, pathOf, wrong } from './fields.js';
import { checkAssistant, conversationOf } from './parse-row-keys.js';
import { parseTurn } from './parse-turn.js';

/** @throws {DataError} naming the field that is wrong */
export function parseShareGpt(row: Fields): Conversation {
  const key = 'conversations';
  const path = pathOf(row, key);
  const entries = listField(row, key, 'write a list of {"from": …, "value": …}');
  const turns = entries.map((entry, i) => {
    const turn = fieldsOf(entry, row.source, `${path}[${i}]`);
    if (turn.values.from === undefined && 'role' in turn.values) {
      const remedy = `for {"role", "content"} entries set the columns option to { messages: '${path}' }`;
      throw wrong(turn, 'from', 'text', remedy);
    }
    return parseTurn(turn);
  });
  checkAssistant(turns, row, key);
  return conversationOf(row, turns);
}
