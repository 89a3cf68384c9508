/**
 * {prompt, completion} as a conversation. Each side is text or a list of messages. The completion is what
 * is learnt: assistant turns inside a prompt, or in a history before it, are context, so they are marked
 * `train: false`.
 */
import type { Conversation, Message } from '@sftkit/templates';
import { type Fields, textField } from './fields.js';
import { parseHistory } from './parse-history.js';
import { checkAssistant, conversationOf, parseMessages } from './parse-row-keys.js';

/** @throws {DataError} naming the field that is wrong */
export function parsePromptCompletion(row: Fields): Conversation {
  const prompt = side(row, 'prompt', 'user').map(asContext);
  const completion = side(row, 'completion', 'assistant');
  checkAssistant(completion, row, 'completion');
  return conversationOf(row, [...prompt, ...completion], parseHistory(row).map(asContext));
}

function side(row: Fields, key: string, role: 'user' | 'assistant'): readonly Message[] {
  if (Array.isArray(row.values[key])) return parseMessages(row, key);
  return [{ role, content: textField(row, key) }];
}

function asContext(message: Message): Message {
  return message.role === 'assistant' && message.train === undefined ? { ...message, train: false } : message;
}
