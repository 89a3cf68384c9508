/** What a tokenizer itself writes before and after a text, when it is asked to. */
import { shortJson } from '@sftkit/json';
import { TokenizationError } from './tokenization-error.js';
import { type Component, describe, isJsonObject, isTokenId, MAX_ID, readSequence } from './tokenizer-json.js';

export interface SequenceFrame {
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
}

const NO_FRAME: SequenceFrame = { prefix: [], suffix: [] };

/**
 * @throws {TokenizationError} for a post-processor whose tokens cannot be told
 */
export function readFrame(component: Component | undefined): SequenceFrame {
  if (component === undefined) return NO_FRAME;
  switch (component.type) {
    case 'ByteLevel':
      return NO_FRAME;
    case 'Sequence':
      return readSequence(component, 'processors')
        .map(readFrame)
        .reduce(
          (inner, outer) => ({
            prefix: [...outer.prefix, ...inner.prefix],
            suffix: [...inner.suffix, ...outer.suffix],
          }),
          NO_FRAME,
        );
    case 'TemplateProcessing':
      return readTemplate(component);
    case 'BertProcessing':
    case 'RobertaProcessing':
      return { prefix: [readPairId(component.cls)], suffix: [readPairId(component.sep)] };
    default:
      throw new TokenizationError(
        `tokenizer.json: post_processor: expected ByteLevel, TemplateProcessing, BertProcessing, ` +
          `RobertaProcessing or Sequence, got ${describe(component.type)}`,
      );
  }
}

function readTemplate(component: Component): SequenceFrame {
  const prefix: number[] = [];
  const suffix: number[] = [];
  let target = prefix;
  for (const item of readSequenceOf(component)) {
    if (isJsonObject(item) && isJsonObject(item.SpecialToken))
      target.push(...templateIds(component, item.SpecialToken.id));
    else target = suffix;
  }
  return { prefix, suffix };
}

function readSequenceOf({ single }: Component): readonly unknown[] {
  if (Array.isArray(single)) return single;
  throw new TokenizationError(
    `tokenizer.json: post_processor: single: expected a list, got ${describe(single)}`,
  );
}

function templateIds(component: Component, name: unknown): readonly number[] {
  const tokens = isJsonObject(component.special_tokens) ? component.special_tokens : {};
  const entry = typeof name === 'string' && Object.hasOwn(tokens, name) ? tokens[name] : undefined;
  const ids = isJsonObject(entry) ? entry.ids : entry;
  if (Array.isArray(ids) && ids.every(isTokenId)) return ids;
  throw new TokenizationError(
    `tokenizer.json: post_processor: expected special_tokens to give the ids (from 0 to ${MAX_ID}) of ${describe(name)}, got ${shortJson(ids ?? null)}`,
  );
}

function readPairId(pair: unknown): number {
  if (Array.isArray(pair) && isTokenId(pair[1])) return pair[1];
  throw new TokenizationError(
    `tokenizer.json: post_processor: expected [token, id], the id from 0 to ${MAX_ID}, got ${shortJson(pair ?? null)}`,
  );
}
