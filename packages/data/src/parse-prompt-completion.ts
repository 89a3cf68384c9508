/**
 * {prompt, completion} as a conversation. Each side is text or a list of messages. The completion is what
 * is learnt: assistant turns inside a prompt are context, so they are marked `train: false`.
 */
import type { Conversation, Message } from '@sftkit/templates';
import {
  checkAssistant,
  parseMessages,
  parseMetadata,
  parseTools,
  systemMessage,
  withRowWeight,
} from './conversation-parts.js';
import { type Fields, textField } from './fields.js';
import type { Columns } from './form.js';
import { parseTrain } from './parse-message.js';

/** @throws {DataError} naming the field that is wrong */
export function parsePromptCompletion(row: Fields, columns: Columns): Conversation {
  const prompt = side(row, columns.prompt ?? 'prompt', 'user').map((message) =>
    message.role === 'assistant' && message.train === undefined ? { ...message, train: false } : message,
  );
  const key = columns.completion ?? 'completion';
  const completion = side(row, key, 'assistant');
  checkAssistant(completion, row, key);
  const messages = [...systemMessage(row, columns), ...prompt, ...completion];
  return { messages: withRowWeight(messages, row), ...parseTools(row, columns), ...parseMetadata(row) };
}

function side(row: Fields, key: string, role: 'user' | 'assistant'): readonly Message[] {
  if (Array.isArray(row.values[key])) return parseMessages(row, key);
  const training = role === 'assistant' ? parseTrain(row) : {};
  return [{ role, content: textField(row, key), ...training }];
}
