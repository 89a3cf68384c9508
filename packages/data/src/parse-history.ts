/** The turns before a row's own: `history`, as LLaMA-Factory's alpaca form has it, or as a list of messages. */
import type { Message } from '@sftkit/templates';
import { DataError } from './data-error.js';
import { type Fields, fieldsOf, isEmpty, nameOfKind, pathOf, wrong } from './fields.js';
import { parseMessage } from './parse-message.js';
import { parseTurn } from './parse-turn.js';

/**
 * @returns no messages where the row has no history
 * @throws {DataError} naming the entry that is wrong
 */
export function parseHistory(row: Fields): readonly Message[] {
  const { history } = row.values;
  if (isEmpty(history)) return [];
  if (!Array.isArray(history)) {
    throw wrong(row, 'history', 'a list', 'write a list of [question, answer]');
  }
  return history.flatMap((entry: unknown, i) => {
    const path = `${pathOf(row, 'history')}[${i}]`;
    if (Array.isArray(entry)) return parsePair(entry, row, path);
    const turn = fieldsOf(entry, row.source, path);
    return 'from' in turn.values ? parseTurn(turn) : parseMessage(turn);
  });
}

function parsePair(pair: readonly unknown[], row: Fields, path: string): readonly Message[] {
  if (pair.length !== 2) {
    const problem = `expected [question, answer], found a list of ${pair.length}; write both as JSON strings`;
    throw new DataError(row.source, path, problem);
  }
  return pair.map((content, i) => {
    if (typeof content === 'string') return { role: i === 0 ? 'user' : 'assistant', content };
    const problem = `expected text, found ${nameOfKind(content)}; write it as a JSON string`;
    throw new DataError(row.source, `${path}[${i}]`, problem);
  });
}
