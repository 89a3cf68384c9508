/** What this package reads from a `tokenizer_config.json`, and what it writes into both files. */
import { TokenizationError } from './tokenization-error.js';
import { describe, isJsonObject } from './tokenizer-json.js';
import type { AddedToken, JsonObject } from './types.js';

/** A token that the config names: as text, or as an object with "content". */
export function readNamedToken(config: JsonObject, key: string): string | undefined {
  const value = config[key];
  const content = isJsonObject(value) ? value.content : value;
  if (content === undefined || content === null) return undefined;
  if (typeof content === 'string') return content;
  throw new TokenizationError(
    `tokenizer_config.json: ${key}: expected text or an object with "content", got ${describe(value)}`,
  );
}

/** The chat template's source, or the named templates of the list form by name. */
export function readChatTemplate(config: JsonObject): string | Readonly<Record<string, string>> | undefined {
  const value = config.chat_template;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
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

/**
 * Both files with these added tokens. The config repeats them in "added_tokens_decoder", which other tools
 * read first.
 */
export function withAddedTokens(
  tokenizerJson: JsonObject,
  tokenizerConfig: JsonObject,
  tokens: readonly AddedToken[],
): { tokenizerJson: JsonObject; tokenizerConfig: JsonObject } {
  const byId = [...tokens].sort((a, b) => a.id - b.id);
  return {
    tokenizerJson: {
      ...tokenizerJson,
      added_tokens: byId.map((token) => ({ id: token.id, ...written(token) })),
    },
    tokenizerConfig: {
      ...tokenizerConfig,
      added_tokens_decoder: Object.fromEntries(byId.map((token) => [token.id, written(token)])),
    },
  };
}

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
