import { LIMITS, shown } from './config-fields.js';
import type { Family } from './family.js';
import { readRotaryConfig, rotaryParameterName, writeRotaryConfig } from './rotary-family.js';

/** Mistral 7B and Nemo: Llama's block, with a sliding window over all layers in the first release. */
export const mistral: Family = {
  modelType: 'mistral',
  architecture: 'MistralForCausalLM',
  readConfig(fields) {
    const layers = fields.get('layer_types');
    if (Array.isArray(layers) && new Set(layers).size > 1) {
      throw fields.error('layer_types', `expected one kind of layer, got ${shown([...new Set(layers)])}`);
    }
    return readRotaryConfig(fields, {
      family: 'mistral',
      vocabSize: 32_000,
      numKvHeads: 8,
      maxPositions: 131_072,
      normEpsilon: 1e-6,
      ropeTheta: 10_000,
      attentionBias: false,
      attentionOutputBias: false,
      qkNorm: false,
      slidingWindow: fields.isNull('sliding_window')
        ? undefined
        : fields.positiveInteger('sliding_window', { max: LIMITS.positions, absent: 4096 }),
      headWidth: undefined,
    });
  },
  writeConfig(config) {
    return { ...writeRotaryConfig(config), sliding_window: config.slidingWindow ?? null };
  },
  parameterName: rotaryParameterName,
};
