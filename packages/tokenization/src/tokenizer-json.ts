/**
 * The parts of a `tokenizer.json` that this package reads, checked once. Everything else in the file is
 * carried along untouched, so that what is written again is what was read.
 */
import { TokenizationError } from './tokenization-error.js';
import type { AddedToken, JsonObject } from './types.js';

/** A normalizer, pre-tokenizer, post-processor, decoder or model: `type` says which. */
export interface Component extends JsonObject {
  readonly type: string;
}

export interface TokenizerParts {
  readonly normalizer: Component | undefined;
  readonly preTokenizer: Component | undefined;
  readonly postProcessor: Component | undefined;
  readonly decoder: Component | undefined;
  readonly model: Component;
  readonly addedTokens: readonly AddedToken[];
}

/**
 * @throws {TokenizationError} naming the part of the file that is missing or of the wrong form
 */
export function readTokenizerJson(json: unknown): TokenizerParts {
  if (!isJsonObject(json)) {
    throw new TokenizationError(
      `tokenizer.json: expected a JSON object, got ${describe(json)}; give the parsed file of a "fast" tokenizer`,
    );
  }
  return {
    normalizer: readComponent(json, 'normalizer'),
    preTokenizer: readComponent(json, 'pre_tokenizer'),
    postProcessor: readComponent(json, 'post_processor'),
    decoder: readComponent(json, 'decoder'),
    model: readModel(json.model),
    addedTokens: readList(json.added_tokens, 'added_tokens').map(readAddedToken),
  };
}

/** The components of a `Sequence`, found below `key`. */
export function readSequence(component: Component, key: string): readonly Component[] {
  return readList(component[key], `${component.type}.${key}`).map((item, index) =>
    checkComponent(item, `${component.type}.${key}[${index}]`),
  );
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as an error message shows it: its kind for what has parts, itself for the rest. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
}

function readComponent(json: JsonObject, key: string): Component | undefined {
  const value = json[key];
  return value === undefined || value === null ? undefined : checkComponent(value, key);
}

function checkComponent(value: unknown, where: string): Component {
  if (!isJsonObject(value) || typeof value.type !== 'string') {
    throw new TokenizationError(
      `tokenizer.json: ${where}: expected an object with "type", got ${describe(value)}`,
    );
  }
  return value as Component;
}

function readModel(value: unknown): Component {
  if (!isJsonObject(value)) {
    throw new TokenizationError(
      `tokenizer.json: model: expected an object, got ${describe(value)}; is this file a tokenizer_config.json?`,
    );
  }
  // Files from before the field was written say what they are by their parts.
  const type =
    value.type ?? (Array.isArray(value.merges) ? 'BPE' : Array.isArray(value.vocab) ? 'Unigram' : undefined);
  if (type === 'BPE') {
    if (isJsonObject(value.vocab) && Array.isArray(value.merges)) return { ...value, type };
    throw new TokenizationError(
      'tokenizer.json: model: a BPE model needs "vocab" (an object) and "merges" (a list)',
    );
  }
  if (type === 'Unigram') {
    if (Array.isArray(value.vocab)) return { ...value, type };
    throw new TokenizationError(
      'tokenizer.json: model: a Unigram model needs "vocab" (a list of [token, score])',
    );
  }
  throw new TokenizationError(
    `tokenizer.json: model: expected type "BPE" or "Unigram", got ${describe(type)}; decoder-only language models use these two`,
  );
}

function readList(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new TokenizationError(`tokenizer.json: ${where}: expected a list, got ${describe(value)}`);
}

function readAddedToken(value: unknown, index: number): AddedToken {
  const fields = isJsonObject(value) ? value : {};
  const { id, content } = fields;
  if (
    typeof id !== 'number' ||
    !Number.isInteger(id) ||
    id < 0 ||
    typeof content !== 'string' ||
    content === ''
  ) {
    throw new TokenizationError(
      `tokenizer.json: added_tokens[${index}]: expected a non-empty "content" and an "id" of 0 or more, ` +
        `got content ${describe(content)} and id ${describe(id)}`,
    );
  }
  const special = fields.special === true;
  return {
    id,
    content,
    special,
    singleWord: fields.single_word === true,
    lstrip: fields.lstrip === true,
    rstrip: fields.rstrip === true,
    normalized: typeof fields.normalized === 'boolean' ? fields.normalized : !special,
  };
}
