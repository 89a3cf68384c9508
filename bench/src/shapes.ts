import { type DecoderConfig, readDecoderConfig } from '@sftkit/model';

/** A Llama-shaped model with a tied head, and the length of its one row. */
export interface BenchShape {
  readonly name: string;
  readonly vocabSize: number;
  readonly numLayers: number;
  readonly width: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly feedForwardWidth: number;
  /** T */
  readonly length: number;
  /** Left out unless it is asked for by name. */
  readonly onRequest?: boolean;
  /** Raced against systems too that take minutes for a step of the others. */
  readonly small?: boolean;
}

/** stories260K, stories15M, and SmolLM2-135M with six and with all of its layers. */
export const SHAPES: readonly BenchShape[] = [
  {
    name: '0.26M',
    vocabSize: 512,
    numLayers: 5,
    width: 64,
    numHeads: 8,
    numKvHeads: 4,
    feedForwardWidth: 172,
    length: 512,
    small: true,
  },
  {
    name: '15M',
    vocabSize: 32_000,
    numLayers: 6,
    width: 288,
    numHeads: 6,
    numKvHeads: 6,
    feedForwardWidth: 768,
    length: 256,
  },
  {
    name: '50M',
    vocabSize: 49_152,
    numLayers: 6,
    width: 576,
    numHeads: 9,
    numKvHeads: 3,
    feedForwardWidth: 1536,
    length: 512,
  },
  {
    name: '135M',
    vocabSize: 49_152,
    numLayers: 30,
    width: 576,
    numHeads: 9,
    numKvHeads: 3,
    feedForwardWidth: 1536,
    length: 512,
    onRequest: true,
  },
];

export function configOf(shape: BenchShape): DecoderConfig {
  return readDecoderConfig({
    model_type: 'llama',
    vocab_size: shape.vocabSize,
    hidden_size: shape.width,
    intermediate_size: shape.feedForwardWidth,
    num_hidden_layers: shape.numLayers,
    num_attention_heads: shape.numHeads,
    num_key_value_heads: shape.numKvHeads,
    max_position_embeddings: shape.length,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    tie_word_embeddings: true,
  });
}
