import type { DecoderConfig } from '../decoder-config.js';
import type { Family } from './family.js';

/** `activation_function` -> which gelu it is. */
const GELU: Readonly<Record<string, DecoderConfig['geluApproximate']>> = {
  gelu_new: 'tanh',
  gelu_pytorch_tanh: 'tanh',
  gelu: 'none',
};

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
    const activation = fields.text('activation_function', 'gelu_new');
    const geluApproximate = GELU[activation];
    if (geluApproximate === undefined) {
      throw fields.error(
        'activation_function',
        `expected one of ${Object.keys(GELU).join(', ')}, got ${JSON.stringify(activation)}`,
      );
    }
    const width = fields.positiveInteger('n_embd');
    const numHeads = fields.positiveInteger('n_head');
    if (width % numHeads !== 0) {
      throw fields.error(
        'n_head',
        `${numHeads} heads cannot share a width of ${width}; n_embd must be a multiple of n_head`,
      );
    }
    return {
      family: 'gpt2',
      vocabSize: fields.positiveInteger('vocab_size'),
      width,
      numLayers: fields.positiveInteger('n_layer'),
      numHeads,
      numKvHeads: numHeads,
      headWidth: width / numHeads,
      feedForwardWidth: fields.positiveInteger('n_inner', 4 * width),
      normEpsilon: fields.positiveNumber('layer_norm_epsilon', 1e-5),
      maxPositions: fields.positiveInteger('n_positions', 1024),
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
    };
  },

  /** OpenAI's first upload has no "transformer." prefix; the causal masks it stores are computed here. */
  parameterName(tensor) {
    const name =
      tensor === 'lm_head.weight' || tensor.startsWith('transformer.') ? tensor : `transformer.${tensor}`;
    return /\.attn\.(masked_)?bias$/.test(name) ? undefined : name;
  },
};
