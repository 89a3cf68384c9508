/** A conversation in the `messages` form: {messages, tools?, metadata?}. */
import type { Conversation } from '@sftkit/templates';
import { checkUnicode } from './check-unicode.js';
import type { Source } from './data-error.js';
import { type Fields, fieldsOf, renameKeys } from './fields.js';
import type { Columns } from './form.js';
import { checkAssistant, conversationOf, parseMessages } from './parse-row-keys.js';
import { refuseRow } from './refused-keys.js';

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
 * @param value a parsed JSON value, {messages: [{role, content, …}, …], tools?, metadata?, …}
 * @throws {DataError} naming the field that is wrong
 */
export function parseConversation(
  value: unknown,
  source: Source,
  { requireAssistant = true, columns = {} }: ParseConversationOptions = {},
): Conversation {
  const given = fieldsOf(value, source, '');
  checkUnicode(given);
  refuseRow(given, new Set(Object.values(columns)));
  return parseMessagesRow(renameKeys(given, columns), { requireAssistant });
}

/** @throws {DataError} naming the field that is wrong */
export function parseMessagesRow(
  row: Fields,
  { requireAssistant = true }: { readonly requireAssistant?: boolean } = {},
): Conversation {
  const messages = parseMessages(row, 'messages');
  if (requireAssistant) checkAssistant(messages, row, 'messages');
  return conversationOf(row, messages);
}
