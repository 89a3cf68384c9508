/** A conversation in the `messages` form: {messages, tools?, metadata?}. */
import type { Conversation } from '@sftkit/templates';
import {
  checkAssistant,
  parseMessages,
  parseMetadata,
  parseTools,
  withRowWeight,
} from './conversation-parts.js';
import type { Source } from './data-error.js';
import { fieldsOf } from './fields.js';
import type { Columns } from './form.js';

export interface ParseConversationOptions {
  /**
   * Whether a conversation without an assistant turn is an error: true (the default) to learn from it, false
   * to let a model answer it.
   */
  readonly requireAssistant?: boolean;
  /** Other names of the keys `messages` and `tools`. */
  readonly columns?: Columns;
}

/**
 * @param value a parsed JSON value, {messages: [{role, content, …}, …], tools?, metadata?}
 * @throws {DataError} naming the field that is wrong
 */
export function parseConversation(
  value: unknown,
  source: Source,
  { requireAssistant = true, columns = {} }: ParseConversationOptions = {},
): Conversation {
  const row = fieldsOf(value, source, '');
  const key = columns.messages ?? 'messages';
  const messages = parseMessages(row, key);
  if (requireAssistant) checkAssistant(messages, row, key);
  return { messages: withRowWeight(messages, row), ...parseTools(row, columns), ...parseMetadata(row) };
}
