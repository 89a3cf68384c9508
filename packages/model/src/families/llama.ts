import type { Family } from './family.js';
import {
  readRotaryConfig,
  refuseSlidingWindow,
  rotaryParameterName,
  writeRotaryConfig,
} from './rotary-family.js';

/** Llama 1 to 3, TinyLlama, SmolLM2 and everything else that calls itself LlamaForCausalLM. */
export const llama: Family = {
  modelType: 'llama',
  architecture: 'LlamaForCausalLM',
  readConfig(fields) {
    refuseSlidingWindow(fields);
    const attentionBias = fields.boolean('attention_bias', false);
    return readRotaryConfig(fields, {
      family: 'llama',
      vocabSize: 32_000,
      numKvHeads: undefined,
      maxPositions: 2048,
      normEpsilon: 1e-6,
      ropeTheta: 10_000,
      attentionBias,
      attentionOutputBias: attentionBias,
      qkNorm: false,
      slidingWindow: undefined,
      headWidth: undefined,
    });
  },
  writeConfig(config) {
    return { ...writeRotaryConfig(config), attention_bias: config.attentionBias, mlp_bias: false };
  },
  parameterName: rotaryParameterName,
};
