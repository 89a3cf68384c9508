/** What this package reads from a `tokenizer_config.json`, and what it writes into both files. */
import { jsonObject, shortJson } from '@sftkit/json';
import { TokenizationError } from './tokenization-error.js';
import { describe, isJsonObject, readTokenFields } from './tokenizer-json.js';
import type { AddedToken, JsonObject } from './types.js';

/** Keys that name one token, in the order in which Hugging Face adds them. */
const NAMES = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];
/** Keys that name several: a list or, as `extra_special_tokens` may be, an object by further names. */
const LISTS = ['additional_special_tokens', 'extra_special_tokens'];

/** Begin and end of sequence that a class of tokenizers has where the config does not say. */
const CLASS_TOKENS: Readonly<Record<string, JsonObject>> = {
  Llama: { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' },
  CodeLlama: { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' },
  Gemma: { bos_token: '<bos>', eos_token: '<eos>', unk_token: '<unk>' },
  Cohere: { bos_token: '<BOS_TOKEN>', eos_token: '<|END_OF_TURN_TOKEN|>', unk_token: '<UNK>' },
  GPT2: { bos_token: '<|endoftext|>', eos_token: '<|endoftext|>', unk_token: '<|endoftext|>' },
  GPTNeoX: { bos_token: '<|endoftext|>', eos_token: '<|endoftext|>', unk_token: '<|endoftext|>' },
  Qwen2: { eos_token: '<|endoftext|>', unk_token: '<|endoftext|>', pad_token: '<|endoftext|>' },
};

/** `tokenizer_class` without what every class is called. */
export function tokenizerClass({ tokenizer_class: name }: JsonObject): string | undefined {
  return typeof name === 'string' ? name.replace(/Tokenizer(?:Fast)?$/, '') : undefined;
}

/**
 * The config with what `special_tokens_map.json` says. As in Hugging Face, the map counts where the config is so old that
 * it lists no tokens by id; else it only adds what the config leaves out.
 */
export function mergeSpecialTokensMap(
  config: JsonObject,
  map: JsonObject | undefined,
): { readonly config: JsonObject; readonly warnings: readonly string[] } {
  const merged: Record<string, unknown> = { ...config };
  const warnings: string[] = [];
  const isOld = config.added_tokens_decoder === undefined;
  for (const [key, value] of Object.entries(map ?? {})) {
    if (value === null || value === undefined) continue;
    if (key === 'additional_special_tokens') {
      const [ours, theirs] = [config[key], value].map((list) => (Array.isArray(list) ? list : []));
      const known = new Set(ours!.map(contentOf));
      merged[key] = [...ours!, ...theirs!.filter((token) => !known.has(contentOf(token)))];
      continue;
    }
    const [ours, theirs] = [contentOf(config[key]), contentOf(value)];
    if (ours === undefined || (isOld && ours !== theirs)) merged[key] = value;
    if (ours === undefined || ours === theirs) continue;
    warnings.push(
      `${key} is ${shortJson(ours)} in tokenizer_config.json and ${shortJson(theirs)} in special_tokens_map.json; ` +
        `${shortJson(isOld ? theirs : ours)} is used, as in Hugging Face's libraries`,
    );
  }
  return { config: merged, warnings };
}

/** The tokens that the config names, in the order in which new ones get their ids. */
export function namedTokens(config: JsonObject): (Omit<AddedToken, 'id'> & { readonly key: string })[] {
  const lists = LISTS.flatMap((key) => {
    const value = config[key];
    if (value === undefined || value === null) return [];
    const tokens = Array.isArray(value) ? value : Object.values(jsonObject(value) ?? {});
    return tokens.map((token) => [key, token] as const);
  });
  const all = [...NAMES.map((key) => [key, config[key]] as const), ...lists];
  return all.flatMap(([key, value]) => {
    if (value === undefined || value === null || value === '') return [];
    const fields = typeof value === 'string' ? { content: value, special: true } : value;
    const { id: _none, ...token } = readTokenFields(fields, 0, `tokenizer_config.json: ${key}`);
    return [{ key, ...token }];
  });
}

/** A token that the config names, as text or as an object with "content", or that its class has. */
export function readNamedToken(
  config: JsonObject,
  key: string,
  exists: (token: string) => boolean,
): string | undefined {
  const value = config[key];
  if (value === undefined) {
    const usual = CLASS_TOKENS[tokenizerClass(config) ?? '']?.[key];
    return typeof usual === 'string' && exists(usual) ? usual : undefined;
  }
  if (value === null) return undefined;
  const content = contentOf(value);
  if (content !== undefined) return content;
  throw new TokenizationError(
    `tokenizer_config.json: ${key}: expected text or an object with "content", got ${describe(value)}`,
  );
}

function contentOf(value: unknown): string | undefined {
  const content = isJsonObject(value) ? value.content : value;
  return typeof content === 'string' ? content : undefined;
}

/** The chat template's source, or the named templates of the list form by name. */
export function readChatTemplate(config: JsonObject): string | Readonly<Record<string, string>> | undefined {
  const value = config.chat_template;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (isJsonObject(value)) return readChatTemplate({ chat_template: namedEntries(value) });
  const entries = Array.isArray(value) ? value : [];
  const named = entries.filter(
    (entry): entry is { name: string; template: string } =>
      isJsonObject(entry) && typeof entry.name === 'string' && typeof entry.template === 'string',
  );
  if (named.length > 0 && named.length === entries.length) {
    return Object.fromEntries(named.map(({ name, template }) => [name, template]));
  }
  throw new TokenizationError(
    `tokenizer_config.json: chat_template: expected text or a list of {"name", "template"}, got ${describe(value)}`,
  );
}

/** The form that programs have in memory, as the list that files have. */
const namedEntries = (templates: JsonObject) =>
  Object.entries(templates).map(([name, template]) => ({ name, template }));

/** Added tokens as `tokenizer.json` lists them. */
export function writeAddedTokens(tokens: readonly AddedToken[]): readonly JsonObject[] {
  return byId(tokens).map((token) => ({ id: token.id, ...written(token) }));
}

/** The same as `tokenizer_config.json` repeats them, with sorted keys: other tools read those first. */
export function writeAddedTokensDecoder(tokens: readonly AddedToken[]): JsonObject {
  const sorted = (fields: JsonObject) => Object.fromEntries(Object.entries(fields).toSorted());
  return Object.fromEntries(byId(tokens).map((token) => [token.id, sorted(written(token))]));
}

const byId = (tokens: readonly AddedToken[]): AddedToken[] => tokens.toSorted((a, b) => a.id - b.id);

function written(token: AddedToken): JsonObject {
  return {
    content: token.content,
    single_word: token.singleWord,
    lstrip: token.lstrip,
    rstrip: token.rstrip,
    normalized: token.normalized,
    special: token.special,
  };
}
