import type { DecoderConfig } from '../decoder-config.js';
import { LIMITS, shown } from './config-fields.js';
import type { Family } from './family.js';

/** `activation_function` -> which gelu it is. */
const GELU: ReadonlyMap<unknown, DecoderConfig['geluApproximate']> = new Map([
  ['gelu_new', 'tanh'],
  ['gelu_pytorch_tanh', 'tanh'],
  ['gelu', 'none'],
]);

/** Other names of four fields; where both are there, transformers takes the other one. */
const ALIASES = [
  ['hidden_size', 'n_embd'],
  ['num_attention_heads', 'n_head'],
  ['num_hidden_layers', 'n_layer'],
  ['max_position_embeddings', 'n_positions'],
] as const;

/** GPT-2 and DistilGPT-2. */
export const gpt2: Family = {
  modelType: 'gpt2',
  architecture: 'GPT2LMHeadModel',

  readConfig(fields) {
    fields.expectOneOf('scale_attn_weights', [true], 'attention without its scale is not supported');
    fields.expectOneOf(
      'scale_attn_by_inverse_layer_idx',
      [false],
      'attention scaled by the layer is not supported',
    );
    fields.expectOneOf('add_cross_attention', [false], 'only decoders are supported');
    const activation = fields.has('activation_function') ? fields.get('activation_function') : 'gelu_new';
    const geluApproximate = GELU.get(activation);
    if (geluApproximate === undefined) {
      throw fields.error(
        'activation_function',
        `expected one of ${[...GELU.keys()].join(', ')}, got ${shown(activation)}`,
      );
    }
    const width = fields.positiveInteger('n_embd', { max: LIMITS.width, absent: 768 });
    const numHeads = fields.positiveInteger('n_head', { max: LIMITS.width, absent: 12 });
    const numLayers = fields.positiveInteger('n_layer', { max: LIMITS.layers, absent: 12 });
    const maxPositions = fields.positiveInteger('n_positions', { max: LIMITS.positions, absent: 1024 });
    const sizes = { n_embd: width, n_head: numHeads, n_layer: numLayers, n_positions: maxPositions };
    for (const [alias, field] of ALIASES) {
      const reason = `GPT-2 calls it ${field}, which says otherwise; remove the wrong one`;
      fields.expectOneOf(alias, [sizes[field]], reason);
    }
    if (width % numHeads !== 0) {
      throw fields.error(
        'n_head',
        `${numHeads} heads cannot share a width of ${width}; n_embd must be a multiple of n_head`,
      );
    }
    return {
      family: 'gpt2',
      vocabSize: fields.positiveInteger('vocab_size', { max: LIMITS.rows, absent: 50_257 }),
      width,
      numLayers,
      numHeads,
      numKvHeads: numHeads,
      headWidth: width / numHeads,
      feedForwardWidth: fields.positiveInteger('n_inner', {
        max: LIMITS.rows,
        absent: 4 * width,
        ifNull: 4 * width,
      }),
      normEpsilon: fields.positiveNumber('layer_norm_epsilon', { max: 1, absent: 1e-5 }),
      maxPositions,
      tieWordEmbeddings: fields.boolean('tie_word_embeddings', true),
      attentionBias: true,
      attentionOutputBias: true,
      qkNorm: false,
      ropeTheta: 0,
      ropeScaling: undefined,
      slidingWindow: undefined,
      geluApproximate,
    };
  },

  writeConfig(config) {
    return {
      vocab_size: config.vocabSize,
      n_embd: config.width,
      n_layer: config.numLayers,
      n_head: config.numHeads,
      n_inner: config.feedForwardWidth,
      n_positions: config.maxPositions,
      n_ctx: config.maxPositions,
      layer_norm_epsilon: config.normEpsilon,
      activation_function: config.geluApproximate === 'tanh' ? 'gelu_new' : 'gelu',
      tie_word_embeddings: config.tieWordEmbeddings,
      ...Object.fromEntries(ALIASES.map(([alias]) => [alias, undefined])),
    };
  },

  /** OpenAI's first upload has no "transformer." prefix; the causal masks it stores are computed here. */
  parameterName(tensor) {
    const name =
      tensor === 'lm_head.weight' || tensor.startsWith('transformer.') ? tensor : `transformer.${tensor}`;
    return /\.attn\.(masked_)?bias$/.test(name) ? undefined : name;
  },
};
