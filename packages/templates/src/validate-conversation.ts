import { ConversationError } from './errors.js';
import type { Conversation } from './types.js';

/** The roles that a conversation may hold; a template may refuse some of them. */
export const knownRoles = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

/**
 * Checks a value of unknown origin, such as a parsed line of JSON. Unknown fields are kept: templates may
 * read them.
 * @returns the same value
 * @throws {ConversationError} with the message's index and the field
 */
export function validateConversation(value: unknown): Conversation {
  if (!isRecord(value)) throw fault(`expected an object with a list of messages, got ${describe(value)}`);
  const { messages, tools, documents, metadata, variables } = value;
  if (!Array.isArray(messages))
    throw fault(`expected messages as a list, got ${describe(messages)}`, undefined, 'messages');
  if (messages.length === 0)
    throw fault('expected at least one message, got none; drop the example', undefined, 'messages');
  messages.forEach(validateMessage);
  for (const [field, list] of Object.entries({ tools, documents })) {
    if (list !== undefined && !Array.isArray(list))
      throw fault(`expected ${field} as a list, got ${describe(list)}`, undefined, field);
  }
  for (const [field, record] of Object.entries({ metadata, variables })) {
    if (record !== undefined && !isRecord(record))
      throw fault(`expected ${field} as an object, got ${describe(record)}`, undefined, field);
  }
  return value as unknown as Conversation;
}

function validateMessage(message: unknown, index: number): void {
  if (!isRecord(message))
    throw fault(`expected an object with role and content, got ${describe(message)}`, index, '');
  const { role, content, train, weight } = message;
  if (typeof role !== 'string' || !(knownRoles as readonly string[]).includes(role)) {
    throw fault(
      `expected one of ${knownRoles.join(', ')}, got ${describe(role)}; rename the role`,
      index,
      'role',
    );
  }
  validateContent(content, message, index);
  for (const field of ['name', 'reasoning_content', 'tool_call_id']) {
    const text = message[field];
    if (text !== undefined && typeof text !== 'string')
      throw fault(`expected a string, got ${describe(text)}`, index, field);
  }
  if (message.tool_calls !== undefined && !Array.isArray(message.tool_calls)) {
    throw fault(`expected a list, got ${describe(message.tool_calls)}`, index, 'tool_calls');
  }
  if (train !== undefined && typeof train !== 'boolean') {
    throw fault(`expected true or false, got ${describe(train)}`, index, 'train');
  }
  if (weight !== undefined && !(typeof weight === 'number' && Number.isFinite(weight) && weight >= 0)) {
    throw fault(`expected a finite number of at least 0, got ${describe(weight)}`, index, 'weight');
  }
}

function validateContent(content: unknown, message: Record<string, unknown>, index: number): void {
  if (typeof content === 'string') return;
  if (content === null) {
    if (Array.isArray(message.tool_calls) && message.tool_calls.length > 0) return;
    throw fault(
      'expected text, got null; only a message with tool_calls may go without content',
      index,
      'content',
    );
  }
  if (!Array.isArray(content)) {
    throw fault(`expected text or a list of text parts, got ${describe(content)}`, index, 'content');
  }
  content.forEach((part: unknown, at) => {
    const field = `content[${at}]`;
    if (!isRecord(part)) throw fault(`expected { type: "text", text }, got ${describe(part)}`, index, field);
    if (part.type !== 'text') {
      throw fault(
        `expected "text", got ${describe(part.type)}; only text can be learnt`,
        index,
        `${field}.type`,
      );
    }
    if (typeof part.text !== 'string') {
      throw fault(`expected a string, got ${describe(part.text)}`, index, `${field}.text`);
    }
  });
}

function fault(what: string, messageIndex?: number, field?: string): ConversationError {
  const place = messageIndex === undefined ? '' : `message ${messageIndex}${field ? `, ${field}` : ''}: `;
  return new ConversationError(`conversation: ${place}${what}`, { messageIndex, field: field ?? '' });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}
