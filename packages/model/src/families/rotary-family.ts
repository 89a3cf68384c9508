import type { DecoderConfig, DecoderFamily } from '../decoder-config.js';
import { type ConfigFields, type ConfigJson, LIMITS, shown } from './config-fields.js';
import { type RopeDefaults, readRope, writeRope } from './rope-scaling.js';

/** What the Llama-shaped families disagree on; sizes are those of a config that does not give them. */
export interface RotaryDefaults extends RopeDefaults {
  readonly family: DecoderFamily;
  readonly vocabSize: number;
  /** Undefined: as many as query heads. */
  readonly numKvHeads: number | undefined;
  readonly normEpsilon: number;
  readonly attentionBias: boolean;
  readonly attentionOutputBias: boolean;
  readonly qkNorm: boolean;
  readonly slidingWindow: number | undefined;
  /** Undefined: width / numHeads, also where the config says null. */
  readonly headWidth: number | undefined;
}

/** Fields that Llama, Mistral, Qwen2 and Qwen3 name alike. */
export function readRotaryConfig(fields: ConfigFields, defaults: RotaryDefaults): DecoderConfig {
  fields.expectOneOf('hidden_act', ['silu'], 'only silu is computed in the gated feed-forward');
  fields.expectOneOf('mlp_bias', [false], 'biases in the feed-forward are not supported');
  const width = fields.positiveInteger('hidden_size', { max: LIMITS.width });
  const numHeads = fields.positiveInteger('num_attention_heads', { max: LIMITS.width });
  const numKvHeads = fields.positiveInteger('num_key_value_heads', {
    max: LIMITS.width,
    absent: defaults.numKvHeads ?? numHeads,
    ifNull: numHeads,
  });
  if (numHeads % numKvHeads !== 0) {
    const origin = fields.has('num_key_value_heads') ? '' : `, the default of ${defaults.family}`;
    throw fields.error(
      'num_key_value_heads',
      `${numHeads} query heads cannot share ${numKvHeads} key-value heads${origin}; num_attention_heads must be a multiple of num_key_value_heads`,
    );
  }
  const ofHead = width / numHeads;
  if (!Number.isInteger(ofHead) && defaults.headWidth === undefined && fields.get('head_dim') === undefined) {
    throw fields.error(
      'hidden_size',
      `${numHeads} heads cannot share a width of ${width}; hidden_size must be a multiple of num_attention_heads, or head_dim be given`,
    );
  }
  const headWidth = fields.positiveInteger('head_dim', {
    max: LIMITS.width,
    absent: defaults.headWidth ?? ofHead,
    ifNull: defaults.headWidth === undefined ? ofHead : undefined,
  });
  if (headWidth % 2 !== 0) {
    throw fields.error(
      'head_dim',
      `expected an even head width, which rotary embedding needs, got ${headWidth}`,
    );
  }
  const maxPositions = fields.positiveInteger('max_position_embeddings', {
    max: LIMITS.positions,
    absent: defaults.maxPositions,
  });
  return {
    family: defaults.family,
    vocabSize: fields.positiveInteger('vocab_size', { max: LIMITS.rows, absent: defaults.vocabSize }),
    width,
    numLayers: fields.positiveInteger('num_hidden_layers', { max: LIMITS.layers }),
    numHeads,
    numKvHeads,
    headWidth,
    feedForwardWidth: fields.positiveInteger('intermediate_size', { max: LIMITS.rows }),
    normEpsilon: fields.positiveNumber('rms_norm_eps', { max: 1, absent: defaults.normEpsilon }),
    maxPositions,
    tieWordEmbeddings: fields.boolean('tie_word_embeddings', false),
    attentionBias: defaults.attentionBias,
    attentionOutputBias: defaults.attentionOutputBias,
    qkNorm: defaults.qkNorm,
    ...readRope(fields, { ropeTheta: defaults.ropeTheta, maxPositions }),
    slidingWindow: defaults.slidingWindow,
    geluApproximate: 'none',
  };
}

export function writeRotaryConfig(config: DecoderConfig): ConfigJson {
  return {
    vocab_size: config.vocabSize,
    hidden_size: config.width,
    num_hidden_layers: config.numLayers,
    num_attention_heads: config.numHeads,
    num_key_value_heads: config.numKvHeads,
    head_dim: config.headWidth,
    intermediate_size: config.feedForwardWidth,
    hidden_act: 'silu',
    rms_norm_eps: config.normEpsilon,
    max_position_embeddings: config.maxPositions,
    tie_word_embeddings: config.tieWordEmbeddings,
    ...writeRope(config),
  };
}

/** Old checkpoints carry the rotary frequencies, which are computed here. */
export function rotaryParameterName(tensor: string): string | undefined {
  return tensor.endsWith('.rotary_emb.inv_freq') ? undefined : tensor;
}

/**
 * The Qwen families describe a sliding window even where it is switched off.
 * @throws {ConfigError} if it is on: Qwen's windows begin at a layer, ours hold for all
 */
export function refuseSlidingWindow(fields: ConfigFields): void {
  fields.expectOneOf(
    'use_sliding_window',
    [false],
    'a sliding window in some of the layers is not supported',
  );
  const layers = fields.get('layer_types');
  if (Array.isArray(layers) && layers.some((kind) => kind !== 'full_attention')) {
    throw fields.error(
      'layer_types',
      `expected "full_attention" in every layer, got ${shown([...new Set(layers)])}`,
    );
  }
}
