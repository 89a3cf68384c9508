import type { Family } from './family.js';
import {
  readRotaryConfig,
  refuseSlidingWindow,
  rotaryParameterName,
  writeRotaryConfig,
} from './rotary-family.js';

/** Qwen2 and Qwen2.5: Llama's block with biases on queries, keys and values. */
export const qwen2: Family = {
  modelType: 'qwen2',
  architecture: 'Qwen2ForCausalLM',
  readConfig(fields) {
    refuseSlidingWindow(fields);
    return readRotaryConfig(fields, {
      family: 'qwen2',
      vocabSize: 151_936,
      numKvHeads: 32,
      maxPositions: 32_768,
      normEpsilon: 1e-6,
      ropeTheta: 10_000,
      attentionBias: true,
      attentionOutputBias: false,
      qkNorm: false,
      slidingWindow: undefined,
      headWidth: undefined,
    });
  },
  writeConfig(config) {
    return { ...writeRotaryConfig(config), use_sliding_window: false };
  },
  parameterName: rotaryParameterName,
};
