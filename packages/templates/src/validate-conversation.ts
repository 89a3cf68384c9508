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
    throw fault(`expected messages as a list, got ${describe(messages)}`, { field: 'messages' });
  if (messages.length === 0)
    throw fault('expected at least one message, got none; drop the example', { field: 'messages' });
  messages.forEach(validateMessage);
  for (const [field, list] of Object.entries({ tools, documents })) {
    if (list !== undefined && !Array.isArray(list))
      throw fault(`expected ${field} as a list, got ${describe(list)}`, { field });
  }
  for (const [field, record] of Object.entries({ metadata, variables })) {
    if (record !== undefined && !isRecord(record))
      throw fault(`expected ${field} as an object, got ${describe(record)}`, { field });
  }
  return value as unknown as Conversation;
}

function validateMessage(message: unknown, index: number): void {
  if (!isRecord(message))
    throw fault(`expected an object with role and content, got ${describe(message)}`, {
      messageIndex: index,
      field: '',
    });
  const { role, content, train, weight } = message;
  if (typeof role !== 'string' || !(knownRoles as readonly string[]).includes(role)) {
    throw fault(`expected one of ${knownRoles.join(', ')}, got ${describe(role)}; rename the role`, {
      messageIndex: index,
      field: 'role',
    });
  }
  validateContent(content, message, index);
  for (const field of ['name', 'reasoning_content', 'tool_call_id']) {
    const text = message[field];
    if (text !== undefined && typeof text !== 'string')
      throw fault(`expected a string, got ${describe(text)}`, { messageIndex: index, field });
  }
  if (message.tool_calls !== undefined && !Array.isArray(message.tool_calls)) {
    throw fault(`expected a list, got ${describe(message.tool_calls)}`, {
      messageIndex: index,
      field: 'tool_calls',
    });
  }
  if (train !== undefined && typeof train !== 'boolean') {
    throw fault(`expected true or false, got ${describe(train)}`, { messageIndex: index, field: 'train' });
  }
  if (weight !== undefined && !(typeof weight === 'number' && Number.isFinite(weight) && weight >= 0)) {
    throw fault(`expected a finite number of at least 0, got ${describe(weight)}`, {
      messageIndex: index,
      field: 'weight',
    });
  }
}

function validateContent(content: unknown, message: Record<string, unknown>, index: number): void {
  if (typeof content === 'string') return;
  if (content === null) {
    if (Array.isArray(message.tool_calls) && message.tool_calls.length > 0) return;
    throw fault('expected text, got null; only a message with tool_calls may go without content', {
      messageIndex: index,
      field: 'content',
    });
  }
  if (!Array.isArray(content)) {
    throw fault(`expected text or a list of text parts, got ${describe(content)}`, {
      messageIndex: index,
      field: 'content',
    });
  }
  content.forEach((part: unknown, at) => {
    const field = `content[${at}]`;
    if (!isRecord(part))
      throw fault(`expected { type: "text", text }, got ${describe(part)}`, { messageIndex: index, field });
    if (part.type !== 'text') {
      throw fault(`expected "text", got ${describe(part.type)}; only text can be learnt`, {
        messageIndex: index,
        field: `${field}.type`,
      });
    }
    if (typeof part.text !== 'string') {
      throw fault(`expected a string, got ${describe(part.text)}`, {
        messageIndex: index,
        field: `${field}.text`,
      });
    }
  });
}

interface Place {
  readonly messageIndex?: number | undefined;
  readonly field?: string | undefined;
  /** Name of the template. */
  readonly template?: string | undefined;
}

export function fault(what: string, { messageIndex, field = '', template }: Place = {}): ConversationError {
  const place = messageIndex === undefined ? '' : `message ${messageIndex}${field ? `, ${field}` : ''}: `;
  return new ConversationError(`conversation: ${place}${what}`, { messageIndex, field, template });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 40);
}
