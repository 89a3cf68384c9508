/** `train` and `weight`: what an object says about how it is learnt. */
import { jsonNumber } from '@sftkit/json';
import type { Message } from '@sftkit/templates';
import { type Fields, isAbsent, wrong } from './fields.js';

type Training = Pick<Message, 'train' | 'weight'>;

/** `train` and `weight` of any object that may carry them. */
export function parseTraining(fields: Fields): Training {
  const weight = parseWeight(fields);
  return { ...parseTrain(fields), ...(weight === undefined ? {} : { weight }) };
}

/** Whether an object is learnt; nothing where the policy decides. */
export function parseTrain(fields: Fields): Pick<Message, 'train'> {
  const { train } = fields.values;
  if (isAbsent(train)) return {};
  if (typeof train === 'boolean') return { train };
  throw wrong(fields, 'train', 'true or false', 'leave it out to follow the policy');
}

/** Loss weight of a row, a message or a part; undefined where none is given. */
export function parseWeight(fields: Fields): number | undefined {
  if (isAbsent(fields.values.weight)) return undefined;
  const weight = jsonNumber(fields.values.weight);
  if (weight !== undefined && Number.isFinite(weight) && weight >= 0) return weight;
  throw wrong(fields, 'weight', 'a finite number of at least 0', 'leave it out for 1');
}

/**
 * Messages with what their row says: its weight multiplies the weight of each, and its `train` counts for the answers
 * that do not say it themselves.
 */
export function withRowTraining(messages: readonly Message[], row: Fields): readonly Message[] {
  const { train, weight } = parseTraining(row);
  if (train === undefined && weight === undefined) return messages;
  return messages.map((message) => ({
    ...(train !== undefined && message.role === 'assistant' ? { train } : {}),
    ...message,
    ...(weight === undefined ? {} : { weight: weight * (message.weight ?? 1) }),
  }));
}
