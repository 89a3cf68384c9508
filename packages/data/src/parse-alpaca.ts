/**
 * {instruction, input?, output} as a conversation: the input follows the instruction after an empty line.
 * The English preamble of the original Alpaca prompt is left out; that is the chat template's business.
 */
import type { Conversation, Message } from '@sftkit/templates';
import { parseMetadata, systemMessage, withRowWeight } from './conversation-parts.js';
import { type Fields, optionalTextField, textField } from './fields.js';
import type { Columns } from './form.js';
import { parseTrain } from './parse-message.js';

/** @throws {DataError} naming the field that is wrong */
export function parseAlpaca(row: Fields, columns: Columns): Conversation {
  const instruction = textField(row, columns.instruction ?? 'instruction');
  const input = optionalTextField(row, columns.input ?? 'input') ?? '';
  const output = textField(row, columns.output ?? 'output');
  const messages: readonly Message[] = [
    ...systemMessage(row, columns),
    { role: 'user', content: input === '' ? instruction : `${instruction}\n\n${input}` },
    { role: 'assistant', content: output, ...parseTrain(row) },
  ];
  return { messages: withRowWeight(messages, row), ...parseMetadata(row) };
}
