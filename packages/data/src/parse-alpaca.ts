/**
 * {instruction, input?, output, history?} as a conversation: the input follows the instruction after an empty line.
 * The English preamble of the original Alpaca prompt is left out; that is the chat template's business.
 */
import type { Conversation } from '@sftkit/templates';
import { type Fields, optionalTextField, textField } from './fields.js';
import { conversationOf } from './parse-row-keys.js';

/** @throws {DataError} naming the field that is wrong */
export function parseAlpaca(row: Fields): Conversation {
  const instruction = textField(row, 'instruction');
  const input = optionalTextField(row, 'input') ?? '';
  return conversationOf(row, [
    { role: 'user', content: input === '' ? instruction : `${instruction}\n\n${input}` },
    { role: 'assistant', content: textField(row, 'output') },
  ]);
}
