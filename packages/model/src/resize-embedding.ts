import type { DecoderConfig } from './decoder-config.js';
import { ModelError } from './model-error.js';

export interface ResizedModel {
  /** The config with its new `vocabSize`. */
  readonly config: DecoderConfig;
  /** The weights with new arrays for what changed; the others are shared with the weights given. */
  readonly weights: Map<string, Float32Array>;
}

/** Names of the (V, C) tensors, by whether the family is GPT-2. */
const TABLES = {
  rotary: ['model.embed_tokens.weight', 'lm_head.weight'],
  gpt2: ['transformer.wte.weight', 'lm_head.weight'],
} as const;

/**
 * Makes room for new tokens. Their rows, in the embedding and in an untied head, start at the mean of the rows of
 * the old tokens. Many embeddings are padded past the last token; a new token that falls into the padding gets
 * the mean as well, and padding is no part of the mean.
 * @param newTokenIds ids that the tokenizer gained; those below the smallest are the old tokens
 * @throws {ModelError} if there is no new id, or an id is no token id, or no old token is left to take the mean of
 * @see Hewitt, 2021, "Initializing new word embeddings for pretrained language models"
 */
export function resizeEmbedding(
  weights: ReadonlyMap<string, Float32Array>,
  config: DecoderConfig,
  newTokenIds: readonly number[],
): ResizedModel {
  const firstNew = Math.min(...newTokenIds);
  const wrong = newTokenIds.find((id) => !Number.isInteger(id) || id < 1);
  if (newTokenIds.length === 0 || wrong !== undefined) {
    throw new ModelError(
      `resizeEmbedding: expected the ids of new tokens, each at least 1, got ${wrong ?? 'none'}`,
    );
  }
  const { width } = config;
  const vocabSize = Math.max(config.vocabSize, ...newTokenIds.map((id) => id + 1));
  const newRows = new Set(newTokenIds);
  for (let id = config.vocabSize; id < vocabSize; id++) {
    newRows.add(id); // between the old end and a new id: never used, but must not be zero
  }
  const resized = new Map(weights);
  for (const name of TABLES[config.family === 'gpt2' ? 'gpt2' : 'rotary']) {
    const table = weights.get(name);
    if (table !== undefined) {
      resized.set(
        name,
        resizeTable(table, { width, vocabSize, oldTokens: Math.min(firstNew, config.vocabSize), newRows }),
      );
    }
  }
  return { config: { ...config, vocabSize }, weights: resized };
}

function resizeTable(
  table: Float32Array,
  {
    width,
    vocabSize,
    oldTokens,
    newRows,
  }: { width: number; vocabSize: number; oldTokens: number; newRows: ReadonlySet<number> },
): Float32Array {
  const mean = new Float64Array(width);
  for (let i = 0; i < oldTokens * width; i++) {
    mean[i % width]! += table[i]! / oldTokens;
  }
  const resized = new Float32Array(vocabSize * width);
  resized.set(table);
  for (const id of newRows) {
    resized.set(mean, id * width);
  }
  return resized;
}
