/**
 * What some classes of Hugging Face's tokenizers write around a text: they make their post-processor from `add_bos_token`
 * and `add_eos_token`, whatever tokenizer.json says.
 * @see transformers 4.57, `update_post_processor` of LlamaTokenizerFast and its kin
 */
import { shortJson } from '@sftkit/json';
import type { SequenceFrame } from './post-processor.js';
import { TokenizationError } from './tokenization-error.js';
import { tokenizerClass } from './tokenizer-config.js';
import { describe } from './tokenizer-json.js';
import type { JsonObject } from './types.js';

/** Class -> what `add_bos_token` is where the config does not say; `add_eos_token` is false. */
const ADDS_BOS: Readonly<Record<string, boolean>> = {
  Llama: true,
  CodeLlama: true,
  Gemma: true,
  Cohere: true,
  GPTNeoX: false,
};

interface SequenceToken {
  readonly token: string;
  readonly id: number;
}

export interface SequenceTokens {
  readonly bos: SequenceToken | undefined;
  readonly eos: SequenceToken | undefined;
}

/** A token that is named and that the vocabulary has. */
export function sequenceToken(token: string | undefined, id: number | undefined): SequenceToken | undefined {
  return token === undefined || id === undefined ? undefined : { token, id };
}

/**
 * The frame that the tokenizer's class gives texts.
 * @param written the frame of tokenizer.json
 * @throws {TokenizationError} if the config asks for a token that it does not name
 */
export function classFrame(
  config: JsonObject,
  written: SequenceFrame,
  tokens: SequenceTokens,
): { readonly frame: SequenceFrame; readonly warnings: readonly string[] } {
  const usual = ADDS_BOS[tokenizerClass(config) ?? ''];
  if (usual === undefined) return { frame: written, warnings: unheard(config, written, tokens) };
  const prefix = idsOf(flag(config, 'add_bos_token', usual), 'bos', config, tokens);
  const suffix = idsOf(flag(config, 'add_eos_token', false), 'eos', config, tokens);
  return { frame: { prefix, suffix }, warnings: [] };
}

function idsOf(
  isAdded: boolean,
  name: 'bos' | 'eos',
  config: JsonObject,
  tokens: SequenceTokens,
): readonly number[] {
  if (!isAdded) return [];
  const token = tokens[name];
  if (token !== undefined) return [token.id];
  // Nobody asked for it in so many words.
  if (config[`add_${name}_token`] === undefined) return [];
  throw new TokenizationError(
    `tokenizer_config.json: add_${name}_token is true, and expects ${name}_token to name the token, got ${describe(config[`${name}_token`])}; name it, or set add_${name}_token to false`,
  );
}

/** Other classes leave tokenizer.json as it is, and what the config asks for does not happen. */
function unheard(config: JsonObject, { prefix, suffix }: SequenceFrame, tokens: SequenceTokens): string[] {
  const sides = [
    ['add_bos_token', tokens.bos, prefix],
    ['add_eos_token', tokens.eos, suffix],
  ] as const;
  return sides.flatMap(([key, token, ids]) => {
    if (config[key] === undefined || config[key] === null || token === undefined) return [];
    const isAdded = ids.includes(token.id);
    if (flag(config, key, isAdded) === isAdded) return [];
    return [
      `${key} is ${describe(config[key])} in tokenizer_config.json, but tokenizer.json ${isAdded ? 'adds' : 'does not add'} ${shortJson(token.token)}; ` +
        `tokenizer.json counts, as in Hugging Face's ${typeof config.tokenizer_class === 'string' ? config.tokenizer_class : 'PreTrainedTokenizerFast'}`,
    ];
  });
}

/** @throws {TokenizationError} if it is neither true, false nor nothing */
function flag(config: JsonObject, key: string, usual: boolean): boolean {
  const value = config[key];
  if (value === undefined) return usual;
  if (value === null) return false;
  if (typeof value === 'boolean') return value;
  throw new TokenizationError(
    `tokenizer_config.json: ${key}: expected true or false, got ${describe(value)}`,
  );
}

/** The frame as a post-processor of tokenizer.json. */
export function writeFrame(
  { prefix, suffix }: SequenceFrame,
  textOf: (id: number) => string,
): JsonObject | null {
  const ids = [...new Set([...prefix, ...suffix])];
  if (ids.length === 0) return null;
  const special = (id: number, type: number) => ({ SpecialToken: { id: textOf(id), type_id: type } });
  const framed = (name: string, type: number) => [
    ...prefix.map((id) => special(id, type)),
    { Sequence: { id: name, type_id: type } },
    ...suffix.map((id) => special(id, type)),
  ];
  return {
    type: 'TemplateProcessing',
    single: framed('A', 0),
    pair: [...framed('A', 0), ...framed('B', 1)],
    special_tokens: Object.fromEntries(
      ids.map((id) => [textOf(id), { id: textOf(id), ids: [id], tokens: [textOf(id)] }]),
    ),
  };
}
