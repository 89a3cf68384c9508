/** One message in the OpenAI form, checked field by field. */
import { shortJson } from '@sftkit/json';
import type { Message } from '@sftkit/templates';
import {
  type Fields,
  isAbsent,
  isEmpty,
  nameOfKind,
  optionalTextField,
  pathOf,
  problemOf,
  shortened,
  wrong,
} from './fields.js';
import { isBlank, parseContent } from './parse-content.js';
import { parseToolCalls } from './parse-tool-calls.js';
import { parseTraining } from './parse-training.js';
import { MEDIA_KEYS, refuseMedia } from './refused-keys.js';

/** Roles that a message may have. */
export const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

/** Keys of a parsed message whose meaning is known here. */
const MESSAGE_KEYS: ReadonlySet<string> = new Set([
  'role',
  'content',
  'name',
  'reasoning_content',
  // Read as the reasoning_content; it stays as well, because the templates of gpt-oss read it.
  'thinking',
  'tool_calls',
  'tool_call_id',
  'train',
  'weight',
]);

/** Keys that become another one, or that hold nothing. */
const GONE_KEYS: ReadonlySet<string> = new Set(['function_call', 'refusal', 'reasoning', ...MEDIA_KEYS]);

/** Where chat formats keep a thought apart from the answer. */
const THOUGHT_KEYS = ['reasoning_content', 'reasoning', 'thinking'] as const;

/**
 * Fields that sftkit does not know stay on the message, because a chat template may read them. Fields that
 * are null are left out.
 * @throws {DataError} naming the field that is wrong
 */
export function parseMessage(fields: Fields): Message {
  const role = parseRole(fields);
  refuseMedia(fields);
  for (const key of ['name', 'tool_call_id']) optionalText(fields, key);
  const reasoning = parseReasoning(fields);
  const calls = parseToolCalls(fields);
  // One object, for there are many of them; each key at its place, for a template may write a message as it is.
  const message: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields.values)) {
    if (isAbsent(value) || GONE_KEYS.has(key) || (key === 'tool_calls' && calls === undefined)) continue;
    setOwn(message, key, value);
  }
  if (reasoning !== undefined) message.reasoning_content = reasoning;
  if (calls !== undefined) message.tool_calls = calls;
  Object.assign(message, parseTraining(fields), { role });
  if (role === 'assistant' && calls === undefined && isEmpty(reasoning)) checkIsSaid(fields, message);
  message.content = parseContent(fields, role === 'assistant' && calls !== undefined);
  return message as unknown as Message;
}

/** A field by any name: assigning `__proto__` would change what the object is. */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Keys of a parsed message that nothing here reads. */
export function unknownMessageKeys(message: object): readonly string[] {
  return Object.keys(message).filter((key) => !MESSAGE_KEYS.has(key));
}

function parseRole(fields: Fields): string {
  const { role } = fields.values;
  // The legacy name of what answers a function_call.
  if (role === 'function') return 'tool';
  if (typeof role !== 'string') throw wrong(fields, 'role', 'text', `write one of ${ROLES.join(', ')}`);
  if ((ROLES as readonly string[]).includes(role)) return role;
  const problem = `unknown role ${shortJson(role)}; expected one of ${ROLES.join(', ')}`;
  throw problemOf(fields, 'role', problem);
}

function parseReasoning(fields: Fields): string | undefined {
  const given = THOUGHT_KEYS.filter((key) => !isEmpty(optionalText(fields, key)));
  const [first, ...others] = given;
  if (first === undefined) return optionalTextField(fields, 'reasoning_content');
  const other = others.find((key) => fields.values[key] !== fields.values[first]);
  if (other !== undefined) {
    const problem = `expected the text of ${pathOf(fields, first)}, found another; keep one of the two`;
    throw problemOf(fields, other, problem);
  }
  return fields.values[first] as string;
}

/** An answer that stands under a key that nobody reads must not be learnt as an empty one. */
function checkIsSaid(fields: Fields, message: object): void {
  const { content, refusal } = fields.values;
  if (!isBlank(content) || !isEmpty(refusal)) return;
  const holding = Object.entries(message).filter(([, value]) => !isEmpty(value));
  const keys = unknownMessageKeys(Object.fromEntries(holding));
  if (keys.length === 0) return;
  const found = `${nameOfKind(content)} beside ${keys.slice(0, 10).map(shortened).join(', ')}, which sftkit does not read`;
  throw problemOf(fields, 'content', `expected text, found ${found}; move what is said into content`);
}

function optionalText(fields: Fields, key: string): string | undefined {
  const value = fields.values[key];
  if (isAbsent(value) || typeof value === 'string') return value ?? undefined;
  throw wrong(fields, key, 'text', 'write a JSON string');
}
