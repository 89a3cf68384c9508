/** What a message says: text, parts of text, or the refusal that OpenAI's API writes beside them. */
import { shortJson } from '@sftkit/json';
import type { ContentPart, Message } from '@sftkit/templates';
import { DataError } from './data-error.js';
import { type Fields, fieldsOf, isAbsent, isEmpty, nameOfKind, pathOf, problemOf, wrong } from './fields.js';
import { parseTraining } from './parse-training.js';

/**
 * @param canBeAbsent whether the message speaks through something else, such as tool calls
 * @throws {DataError} naming the field that is wrong
 */
export function parseContent(message: Fields, canBeAbsent: boolean): Message['content'] {
  const { content } = message.values;
  const refusal = parseRefusal(message);
  if (refusal !== undefined) return refusal;
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map((part, i) => parsePart(part, message, i));
  if (isAbsent(content) && canBeAbsent) return null;
  throw wrong(message, 'content', 'text', 'write a string, or a list of {"type": "text", "text": …}');
}

/** Whether a content holds no text: none, empty, or empty parts. */
export function isBlank(content: unknown): boolean {
  if (typeof content === 'string') return content.trim() === '';
  if (Array.isArray(content)) return content.every((part) => isBlank((part as ContentPart | null)?.text));
  return isAbsent(content);
}

/** Text of a content, its parts joined. */
export function textOf(content: Message['content']): string {
  return typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('');
}

/** What an assistant said instead of an answer. */
function parseRefusal(message: Fields): string | undefined {
  const { content, refusal } = message.values;
  if (isEmpty(refusal)) return undefined;
  if (typeof refusal !== 'string') throw wrong(message, 'refusal', 'text', 'write a JSON string');
  if (isBlank(content)) return refusal;
  throw problemOf(message, 'refusal', 'expected content or a refusal, found both; keep what is to be learnt');
}

function parsePart(value: unknown, message: Fields, index: number): ContentPart {
  const path = `${pathOf(message, 'content')}[${index}]`;
  const part = fieldsOf(value, message.source, path);
  const { type, text } = part.values;
  if (type !== 'text') {
    const found = typeof type === 'string' ? shortJson(type) : nameOfKind(type);
    const problem = `expected a part of type "text", found ${found}; only text can be learnt from`;
    throw new DataError(message.source, `${path}.type`, problem);
  }
  if (typeof text !== 'string') throw wrong(part, 'text', 'text', 'write a JSON string');
  return { ...part.values, ...parseTraining(part), type, text };
}
