/** What every rendering relies on, checked at its beginning. Roles and further fields are the template's business. */
import type { Conversation, Message } from './types.js';
import { describe, fault, isRecord } from './validate-conversation.js';

/** Deeper than anything that a person writes; values are read by recursion. */
const MAX_LEVELS = 1000;

/**
 * @param template for errors
 * @throws {ConversationError} with the message's index and the field that is of another kind than `Conversation` says
 */
export function checkConversation(conversation: Conversation, template: string): void {
  if (!isRecord(conversation)) {
    throw fault(`expected an object with a list of messages, got ${describe(conversation)}`, { template });
  }
  const { messages, tools, documents, variables } = conversation;
  if (!Array.isArray(messages)) {
    throw fault(`expected messages as a list, got ${describe(messages)}`, { field: 'messages', template });
  }
  if (messages.length === 0) {
    throw fault('expected at least one message, got none; drop it', { field: 'messages', template });
  }
  for (const [field, value] of Object.entries({ tools, documents })) {
    if (value === undefined || Array.isArray(value)) continue;
    throw fault(`expected ${field} as a list, got ${describe(value)}; leave it out for none`, {
      field,
      template,
    });
  }
  if (variables !== undefined && !isRecord(variables)) {
    throw fault(`expected variables as an object, got ${describe(variables)}`, {
      field: 'variables',
      template,
    });
  }
  for (const [field, value] of Object.entries({ tools, documents, variables })) {
    const problem = problemIn(value);
    if (problem !== undefined) throw fault(`expected ${field} ${problem}`, { field, template });
  }
  for (const [index, message] of messages.entries()) checkMessage(message, index, template);
}

function checkMessage(message: Message, messageIndex: number, template: string): void {
  const refuse = (what: string, field: string) => fault(what, { messageIndex, field, template });
  if (!isRecord(message))
    throw refuse(`expected an object with role and content, got ${describe(message)}`, '');
  const { role, content, tool_calls: calls, train, weight } = message as Partial<Message>;
  if (typeof role !== 'string') throw refuse(`expected a string, got ${describe(role)}`, 'role');
  if (Array.isArray(content)) {
    content.forEach((part: unknown, at) => {
      const text = isRecord(part) ? (part.text ?? '') : part;
      if (isRecord(part) && typeof text === 'string') return;
      throw refuse(`expected a part with a text, got ${describe(text)}`, `content[${at}]`);
    });
  } else if (content !== undefined && content !== null && typeof content !== 'string') {
    throw refuse(`expected text or a list of text parts, got ${describe(content)}`, 'content');
  }
  if (calls !== undefined && !Array.isArray(calls)) {
    throw refuse(`expected a list, got ${describe(calls)}; leave it out for none`, 'tool_calls');
  }
  if (train !== undefined && typeof train !== 'boolean') {
    throw refuse(`expected true or false, got ${describe(train)}`, 'train');
  }
  if (weight !== undefined && !(typeof weight === 'number' && Number.isFinite(weight) && weight >= 0)) {
    throw refuse(`expected a finite number of at least 0, got ${describe(weight)}`, 'weight');
  }
  for (const field of Object.keys(message)) {
    const problem = problemIn((message as unknown as Readonly<Record<string, unknown>>)[field]);
    if (problem !== undefined) throw refuse(`expected a value ${problem}`, field);
  }
}

/** Why a value is none that a template can be given; undefined where it is one. */
function problemIn(value: unknown, levels: number = MAX_LEVELS): string | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') return `that JSON has, got a ${typeof value}`;
  if (typeof value !== 'object' || value === null || value instanceof Number) return undefined;
  if (levels === 0) return `of at most ${MAX_LEVELS} levels, got more`;
  const inner = value instanceof Map ? value.values() : Array.isArray(value) ? value : Object.values(value);
  for (const item of inner) {
    const problem = problemIn(item, levels - 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
