/** One message in the OpenAI form, checked field by field. */
import type { ContentPart, Message } from '@sftkit/templates';
import { DataError } from './data-error.js';
import { type Fields, fieldsOf, isAbsent, nameOfKind, pathOf, wrong } from './fields.js';

/** Roles that a message may have. */
export const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

/**
 * Fields that sftkit does not know stay on the message, because a chat template may read them. Fields that
 * are null are left out.
 * @throws {DataError} naming the field that is wrong
 */
export function parseMessage(fields: Fields): Message {
  const { role } = fields.values;
  if (typeof role !== 'string') throw wrong(fields, 'role', 'text', `write one of ${ROLES.join(', ')}`);
  if (!(ROLES as readonly string[]).includes(role)) {
    const problem = `unknown role ${JSON.stringify(role)}; expected one of ${ROLES.join(', ')}`;
    throw new DataError(fields.source, pathOf(fields, 'role'), problem);
  }
  const present = Object.entries(fields.values).filter(([, value]) => !isAbsent(value));
  return {
    ...Object.fromEntries(present),
    ...parseOptionalFields(fields),
    role,
    content: parseContent(fields, role),
  };
}

/** `train` and `weight` of any object that may carry them. */
export function parseTraining(fields: Fields): Pick<Message, 'train' | 'weight'> {
  const weight = parseWeight(fields);
  return { ...parseTrain(fields), ...(weight === undefined ? {} : { weight }) };
}

export function parseTrain(fields: Fields): Pick<Message, 'train'> {
  const { train } = fields.values;
  if (isAbsent(train)) return {};
  if (typeof train === 'boolean') return { train };
  throw wrong(fields, 'train', 'true or false', 'leave it out to follow the policy');
}

/** Loss weight of a row, a message or a part; undefined where none is given. */
export function parseWeight(fields: Fields): number | undefined {
  const { weight } = fields.values;
  if (isAbsent(weight)) return undefined;
  if (typeof weight === 'number' && Number.isFinite(weight) && weight >= 0) return weight;
  throw wrong(fields, 'weight', 'a finite number of at least 0', 'leave it out for 1');
}

function parseOptionalFields(fields: Fields): Partial<Message> {
  for (const key of ['name', 'reasoning_content', 'tool_call_id']) {
    const value = fields.values[key];
    if (!isAbsent(value) && typeof value !== 'string')
      throw wrong(fields, key, 'text', 'write a JSON string');
  }
  const { tool_calls: calls } = fields.values;
  if (!isAbsent(calls)) {
    if (!Array.isArray(calls)) throw wrong(fields, 'tool_calls', 'a list', 'write a list of objects');
    calls.forEach((call, i) => {
      fieldsOf(call, fields.source, `${pathOf(fields, 'tool_calls')}[${i}]`);
    });
  }
  return parseTraining(fields);
}

function parseContent(fields: Fields, role: string): Message['content'] {
  const { content, tool_calls: calls } = fields.values;
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map((part, i) => parsePart(part, fields, i));
  const speaksThroughTools = role === 'assistant' && Array.isArray(calls) && calls.length > 0;
  if (isAbsent(content) && speaksThroughTools) return null;
  throw wrong(fields, 'content', 'text', 'write a string, or a list of {"type": "text", "text": …}');
}

function parsePart(value: unknown, message: Fields, index: number): ContentPart {
  const path = `${pathOf(message, 'content')}[${index}]`;
  const part = fieldsOf(value, message.source, path);
  const { type, text } = part.values;
  if (type !== 'text') {
    const found = typeof type === 'string' ? JSON.stringify(type) : nameOfKind(type);
    const problem = `expected a part of type "text", found ${found}; only text can be learnt from`;
    throw new DataError(message.source, `${path}.type`, problem);
  }
  if (typeof text !== 'string') throw wrong(part, 'text', 'text', 'write a JSON string');
  return { ...part.values, ...parseTraining(part), type, text };
}
