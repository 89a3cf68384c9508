/** Tokenizers small enough to check by hand. For tests only. */
import { byteCharacters } from '../src/byte-level.js';
import { type JsonObject, Tokenizer } from '../src/index.js';

/** A byte-level BPE: byte b has id b, merge i makes token 256 + i, added tokens follow. */
export function tinyByteLevelJson(
  merges: readonly string[],
  added: readonly JsonObject[] = [],
  rest: JsonObject = {},
) {
  const tokens = [...byteCharacters(), ...merges.map((merge) => merge.replace(' ', ''))];
  return {
    version: '1.0',
    added_tokens: added.map((token, index) => ({ id: tokens.length + index, special: true, ...token })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
    ...rest,
  };
}

export function tinyByteLevel(
  merges: readonly string[],
  added: readonly JsonObject[] = [],
  rest: JsonObject = {},
): Tokenizer {
  return Tokenizer.fromObjects(tinyByteLevelJson(merges, added, rest), {});
}

/** Tokens as [what the vocabulary writes, start, end]. */
export function rows(
  tokenizer: Tokenizer,
  text: string,
  options = {},
): (readonly [string, number, number])[] {
  const { ids, starts, ends } = tokenizer.encode(text, options);
  return Array.from(ids, (id, index) => [tokenizer.idToToken(id)!, starts[index]!, ends[index]!]);
}
