import type { Family } from './family.js';
import {
  readRotaryConfig,
  refuseSlidingWindow,
  rotaryParameterName,
  writeRotaryConfig,
} from './rotary-family.js';

/** Qwen3 (dense): Llama's block with a norm over each head of queries and keys, and heads of width 128. */
export const qwen3: Family = {
  modelType: 'qwen3',
  architecture: 'Qwen3ForCausalLM',
  readConfig(fields) {
    refuseSlidingWindow(fields);
    const attentionBias = fields.boolean('attention_bias', false);
    return readRotaryConfig(fields, {
      family: 'qwen3',
      vocabSize: 151_936,
      numKvHeads: 32,
      maxPositions: 32_768,
      normEpsilon: 1e-6,
      ropeTheta: 10_000,
      attentionBias,
      attentionOutputBias: attentionBias,
      qkNorm: true,
      slidingWindow: undefined,
      headWidth: 128,
    });
  },
  writeConfig(config) {
    return { ...writeRotaryConfig(config), attention_bias: config.attentionBias, use_sliding_window: false };
  },
  parameterName: rotaryParameterName,
};
