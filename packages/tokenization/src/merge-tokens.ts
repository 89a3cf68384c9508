/**
 * All added tokens of a tokenizer, from every file of its directory that names some, with the ids that Hugging Face's
 * fast tokenizers give them: a token of the vocabulary keeps its id, any other gets the next free one, whatever the file
 * says. Where that is another id than the file's, the file is wrong about a row of the embedding, and nobody can tell
 * which: two files that disagree are an error.
 */
import { jsonEntries, shortJson } from '@sftkit/json';
import { TokenizationError } from './tokenization-error.js';
import { namedTokens } from './tokenizer-config.js';
import { describe, isJsonObject, isTokenId, MAX_ID, readTokenFields } from './tokenizer-json.js';
import type { AddedToken, JsonObject } from './types.js';

/** What a directory holds beside `tokenizer.json` and `tokenizer_config.json`. */
export interface TokenizerExtras {
  /** `added_tokens.json`: text -> id. */
  readonly addedTokens?: JsonObject | undefined;
  /** `special_tokens_map.json`: `bos_token` and so on. */
  readonly specialTokensMap?: JsonObject | undefined;
}

export interface Vocabulary {
  readonly tokenToId: ReadonlyMap<string, number>;
  /** By id; holes where no token has it. */
  readonly tokens: readonly (string | undefined)[];
}

export interface MergedTokens {
  readonly tokens: readonly AddedToken[];
  /** Tokens that the files name and give no id: the model may have no row for them. */
  readonly unnumbered: readonly string[];
  /** One line for each thing that is not as a file says. */
  readonly warnings: readonly string[];
}

const TOKENIZER_JSON = 'tokenizer.json: added_tokens';
const DECODER = 'tokenizer_config.json: added_tokens_decoder';
const ADDED_TOKENS = 'added_tokens.json';

/**
 * @param listed the added tokens of tokenizer.json, in its order
 * @param config with what `special_tokens_map.json` says
 * @throws {TokenizationError} if two places give a token different ids, or two tokens one id
 */
export function mergeTokens(
  vocabulary: Vocabulary,
  listed: readonly AddedToken[],
  config: JsonObject,
  { addedTokens = {} }: TokenizerExtras,
): MergedTokens {
  const numbering = new Numbering(vocabulary);
  for (const token of listed) numbering.addListed(token);
  const named = namedTokens(config);
  const isNamed = new Set(named.map(({ content }) => content));
  const numbered = [...readDecoder(config), ...readLegacy(addedTokens, isNamed)];
  for (const { token, place } of numbered.toSorted((a, b) => a.token.id - b.token.id)) {
    numbering.addNumbered(token, place);
  }
  for (const { key, ...token } of named) {
    // Padding is known by its position: a row for a token that nobody ever reads would be wasted.
    if (key === 'pad_token' && !numbering.knows(token.content)) continue;
    numbering.addNamed({ ...token, special: true });
  }
  return numbering.merged();
}

class Numbering {
  readonly #vocabulary: Vocabulary;
  readonly #tokens = new Map<string, AddedToken>();
  readonly #texts = new Map<number, string>();
  /** As the Rust library counts: the number of tokens in the vocabulary or, if it is more, the highest added id plus one. */
  #next: number;
  /** Where an id was given, by the token's text. */
  readonly #given = new Map<string, readonly { readonly place: string; readonly id: number }[]>();
  readonly #unnumbered: string[] = [];
  /** Tokens of tokenizer.json that have another id than it says. */
  readonly #moved: { readonly token: AddedToken; readonly id: number }[] = [];

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#next = vocabulary.tokenToId.size;
  }

  knows(content: string): boolean {
    return this.#idOf(content) !== undefined;
  }

  /** A token of tokenizer.json: its id there is not what counts. */
  addListed(token: AddedToken): void {
    const { content } = token;
    const id = this.#idOf(content) ?? this.#freeId(token);
    if (id !== token.id) this.#moved.push({ token, id });
    this.#set({ ...token, id }, TOKENIZER_JSON, token.id);
  }

  /** A token of another file, which must have the id there that it has here. */
  addNumbered(token: AddedToken, place: string): void {
    const { content, id } = token;
    const known = this.#idOf(content);
    const given = this.#given.get(content) ?? [];
    if (known === undefined) this.#checkFree(token, place);
    else if (known !== id && !given.some((other) => other.id === id)) {
      const other = given.find((before) => before.id === known)?.place ?? 'the vocabulary of tokenizer.json';
      throw new TokenizationError(
        `expected one id for the token ${quoted(content)}, found ${known} (${other}) and ${id} (${place}); ` +
          "take all files from the same model, or put the wrong one right: the id is the token's row in the embedding",
      );
    }
    const before = this.#tokens.get(content);
    // The older file has no flags of its own.
    this.#set(place === ADDED_TOKENS && before ? before : { ...token, id: known ?? id }, place, id);
  }

  /** A token that a key such as `eos_token` names. */
  addNamed(token: Omit<AddedToken, 'id'>): void {
    const { content } = token;
    const before = this.#tokens.get(content);
    if (before?.special) return;
    const known = this.#idOf(content);
    if (known === undefined) this.#unnumbered.push(content);
    this.#set({ ...(before ?? token), special: true, id: known ?? this.#next });
  }

  merged(): MergedTokens {
    const [first, ...others] = this.#moved;
    const more = others.length === 0 ? '' : `, and ${others.length} more like it`;
    const warnings = first && [
      `${TOKENIZER_JSON} gives ${quoted(first.token.content)} the id ${first.token.id}${more}; it has ${first.id}, ` +
        `${this.#vocabulary.tokenToId.has(first.token.content) ? 'its id in the vocabulary' : 'the next free one'}, in Hugging Face's libraries and here`,
    ];
    return { tokens: [...this.#tokens.values()], unnumbered: this.#unnumbered, warnings: warnings ?? [] };
  }

  #set(token: AddedToken, place?: string, given: number = token.id): void {
    this.#tokens.set(token.content, token);
    this.#texts.set(token.id, token.content);
    this.#next = Math.max(this.#next, token.id + 1);
    if (place !== undefined) {
      const before = this.#given.get(token.content) ?? [];
      this.#given.set(token.content, [...before, { place, id: given }]);
    }
  }

  #idOf(content: string): number | undefined {
    return this.#vocabulary.tokenToId.get(content) ?? this.#tokens.get(content)?.id;
  }

  #textOf(id: number): string | undefined {
    return this.#texts.get(id) ?? this.#vocabulary.tokens[id];
  }

  /** @throws {TokenizationError} if the id that a file gives, or the one that it gets, is another token's */
  #freeId(token: AddedToken): number {
    for (const id of [token.id, this.#next]) {
      const other = this.#textOf(id);
      if (other !== undefined) {
        throw new TokenizationError(
          `${TOKENIZER_JSON}: expected an id of its own for ${quoted(token.content)}, got ${id}, which is ${quoted(other)}`,
        );
      }
    }
    return this.#next;
  }

  #checkFree({ content, id }: AddedToken, place: string): void {
    const other = this.#textOf(id);
    if (other !== undefined) {
      throw new TokenizationError(
        `${place}: expected an id of its own for ${quoted(content)}, got ${id}, which is ${quoted(other)} in tokenizer.json; take both files from the same model`,
      );
    }
    if (id === this.#next) return;
    throw new TokenizationError(
      `${place}: expected the id ${this.#next} for ${quoted(content)}, the next one that tokenizer.json leaves free, got ${id}; ` +
        "Hugging Face's libraries number added tokens without gaps: name the tokens in between, too",
    );
  }
}

interface Numbered {
  readonly token: AddedToken;
  /** Where its id stands. */
  readonly place: string;
}

function readDecoder({ added_tokens_decoder: decoder }: JsonObject): Numbered[] {
  if (decoder === undefined || decoder === null) return [];
  if (!isJsonObject(decoder)) {
    throw new TokenizationError(`${DECODER}: expected an object of tokens by id, got ${describe(decoder)}`);
  }
  return jsonEntries(decoder).map(([key, value]) => {
    const token = readTokenFields(value, checkedId(Number(key), DECODER), `${DECODER}[${key}]`);
    return { token, place: DECODER };
  });
}

function readLegacy(addedTokens: JsonObject, isNamed: ReadonlySet<string>): Numbered[] {
  return jsonEntries(addedTokens).map(([content, id]) => {
    const special = isNamed.has(content);
    const flags = { special, singleWord: false, lstrip: false, rstrip: false, normalized: !special };
    return { token: { id: checkedId(id, ADDED_TOKENS), content, ...flags }, place: ADDED_TOKENS };
  });
}

/** @throws {TokenizationError} if it is no id */
function checkedId(id: unknown, place: string): number {
  if (isTokenId(id)) return id;
  throw new TokenizationError(`${place}: expected ids from 0 to ${MAX_ID}, got ${describe(id)}`);
}

const quoted = (text: string): string => shortJson(text);
