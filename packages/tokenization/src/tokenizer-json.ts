/**
 * The parts of a `tokenizer.json` that this package reads, checked once. Everything else in the file is
 * carried along untouched, so that what is written again is what was read.
 */
import { isDeeper, MAX_LEVELS, shortJson } from '@sftkit/json';
import { TokenizationError } from './tokenization-error.js';
import type { AddedToken, JsonObject } from './types.js';

/** A normalizer, pre-tokenizer, post-processor, decoder or model: `type` says which. */
export interface Component extends JsonObject {
  readonly type: string;
}

/** Beyond any vocabulary; ids are places in a table. */
export const MAX_ID = 2 ** 24;

/** Characters of an added token, which is looked for in every text. */
const MAX_CONTENT = 4096;

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
  checkLevels(json);
  return {
    normalizer: readComponent(json, 'normalizer'),
    preTokenizer: readComponent(json, 'pre_tokenizer'),
    postProcessor: readComponent(json, 'post_processor'),
    decoder: readComponent(json, 'decoder'),
    model: readModel(json.model),
    addedTokens: readList(json.added_tokens, 'added_tokens').map(readAddedToken),
  };
}

/** @throws {TokenizationError} if a field has more levels than can be read, and written again */
function checkLevels(json: JsonObject): void {
  // The parts of a vocabulary are many, and checked one by one.
  const { vocab: _vocab, merges: _merges, ...model } = isJsonObject(json.model) ? json.model : {};
  const deep = Object.entries({ ...json, model }).find(([, value]) => isDeeper(value));
  if (deep === undefined) return;
  throw new TokenizationError(
    `tokenizer.json: ${shortJson(deep[0])}: expected at most ${MAX_LEVELS} levels, got more`,
  );
}

/** The components of a `Sequence`, found below `key`. */
export function readSequence(component: Component, key: string): readonly Component[] {
  return readList(component[key], `${component.type}.${key}`).map((item, index) =>
    checkComponent(item, `${component.type}.${key}[${index}]`),
  );
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Number);
}

/** A value as an error message shows it: its kind for what has parts, itself for the rest. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  const hasParts = typeof value === 'object' && value !== null && !(value instanceof Number);
  return hasParts ? 'an object' : shortJson(value);
}

/** Whether a value is the id of a token: a place in a table of some size. */
export function isTokenId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_ID;
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
    if (isJsonObject(value.vocab) && Array.isArray(value.merges)) {
      checkIds(value.vocab);
      return { ...value, type };
    }
    throw new TokenizationError(
      'tokenizer.json: model: a BPE model needs "vocab" (an object) and "merges" (a list)',
    );
  }
  if (type === 'Unigram') {
    if (Array.isArray(value.vocab)) {
      checkScores(value.vocab, value.unk_id);
      return { ...value, type };
    }
    throw new TokenizationError(
      'tokenizer.json: model: a Unigram model needs "vocab" (a list of [token, score])',
    );
  }
  throw new TokenizationError(
    `tokenizer.json: model: expected type "BPE" or "Unigram", got ${describe(type)}; decoder-only language models use these two`,
  );
}

/** @throws {TokenizationError} if a token's id is none */
function checkIds(vocab: JsonObject): void {
  for (const token of Object.keys(vocab)) {
    const id = vocab[token];
    if (isTokenId(id)) continue;
    throw new TokenizationError(
      `tokenizer.json: model: vocab: expected an id from 0 to ${MAX_ID} for ${shortJson(token)}, got ${describe(id)}`,
    );
  }
}

/** @throws {TokenizationError} if an entry is no token with a score, or the unknown token is none of them */
function checkScores(vocab: readonly unknown[], unknown: unknown): void {
  const wrong = vocab.findIndex(
    (entry) => !Array.isArray(entry) || typeof entry[0] !== 'string' || !Number.isFinite(entry[1]),
  );
  if (wrong >= 0) {
    throw new TokenizationError(
      `tokenizer.json: model: vocab[${wrong}]: expected [token, score], got ${describe(vocab[wrong])}`,
    );
  }
  if (unknown !== undefined && unknown !== null && !(isTokenId(unknown) && unknown < vocab.length)) {
    throw new TokenizationError(
      `tokenizer.json: model: unk_id: expected a place in the vocabulary, got ${describe(unknown)}`,
    );
  }
}

function readList(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new TokenizationError(`tokenizer.json: ${where}: expected a list, got ${describe(value)}`);
}

function readAddedToken(value: unknown, index: number): AddedToken {
  return readTokenFields(
    value,
    isJsonObject(value) ? value.id : undefined,
    `tokenizer.json: added_tokens[${index}]`,
  );
}

/** @throws {TokenizationError} if the value is no token, or the id none */
export function readTokenFields(value: unknown, id: unknown, where: string): AddedToken {
  const fields = isJsonObject(value) ? value : {};
  const { content } = fields;
  if (!isTokenId(id) || typeof content !== 'string' || content === '' || content.length > MAX_CONTENT) {
    throw new TokenizationError(
      `${where}: expected a "content" of 1 to ${MAX_CONTENT} characters and an "id" from 0 to ${MAX_ID}, ` +
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
