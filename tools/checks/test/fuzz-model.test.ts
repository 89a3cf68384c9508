/** Configs and weights of models with faults in them. */

import { parseFileText } from '@sftkit/json';
import {
  bytesSource,
  type ConfigJson,
  decoderModel,
  loadWeights,
  readDecoderConfig,
  stopTokenIds,
  writeDecoderConfig,
  writeSafetensors,
} from '@sftkit/model';
import { describe, expect, it } from 'vitest';
import { jsonText, mutate, mutateBytes, mutateText } from './fuzz-mutate.js';
import { refusalOf, tryAll } from './fuzz-outcome.js';

const ROTARY = {
  hidden_size: 16,
  intermediate_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  max_position_embeddings: 64,
  vocab_size: 11,
  rms_norm_eps: 1e-6,
  rope_theta: 10000,
  tie_word_embeddings: true,
  hidden_act: 'silu',
  torch_dtype: 'bfloat16',
};
const SCALING = {
  rope_type: 'llama3',
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 32,
};
const CONFIGS: readonly ConfigJson[] = [
  { ...ROTARY, model_type: 'llama', architectures: ['LlamaForCausalLM'], rope_scaling: SCALING },
  {
    ...ROTARY,
    model_type: 'mistral',
    sliding_window: 8,
    rope_parameters: { rope_type: 'default', rope_theta: 1e6 },
  },
  {
    ...ROTARY,
    model_type: 'qwen2',
    use_sliding_window: false,
    layer_types: ['full_attention', 'full_attention'],
  },
  { ...ROTARY, model_type: 'qwen3', head_dim: 8, rope_scaling: { type: 'linear', factor: 2 } },
  {
    model_type: 'gpt2',
    architectures: ['GPT2LMHeadModel'],
    n_embd: 16,
    n_head: 2,
    n_layer: 2,
    n_positions: 64,
    n_inner: null,
    vocab_size: 11,
    activation_function: 'gelu_new',
    layer_norm_epsilon: 1e-5,
    eos_token_id: 3,
  },
];

/** 1,000 layers of twelve tensors each, and some around them. */
const MOST_PARAMETERS = 20_000;
/** What one typed array can hold. */
const MOST_ELEMENTS = 2 ** 32;

describe('config.json', () => {
  it.each([
    ['as JSON.parse reads it', JSON.parse],
    ['as parseFileText reads it', (text: string) => parseFileText(text, 'config.json')],
  ])('describes a model of some size, or its fault is named: %s', async (_, parse) => {
    const refused = await tryAll(400, /^config\.json:\d*:?\d*:? [\w.() ]+: /, (random) => {
      const { value, what } = mutate(random.pick(CONFIGS), random);
      return {
        what,
        run() {
          const config = readDecoderConfig(value === undefined ? value : parse(jsonText(value)));
          const { parameters } = decoderModel(config);
          if (parameters.length > MOST_PARAMETERS) throw new Error(`${parameters.length} parameters`);
          const sizes = parameters.map(({ shape }) => shape.reduce((size, side) => size * side, 1));
          if (Math.max(...sizes) > MOST_ELEMENTS) throw new Error(`${Math.max(...sizes)} elements`);
          expect(readDecoderConfig(writeDecoderConfig(config))).toEqual(config);
        },
      };
    });
    expect(refused).toBeGreaterThan(100);
  });

  it('is read from any value, and so is generation_config.json', async () => {
    await tryAll(300, /^(?:generation_)?config\.json: [\w.()]+: /, (random) => {
      const generation = mutate({ eos_token_id: [2, 3], bos_token_id: 1 }, random);
      const { value, what } = mutate(random.pick(CONFIGS), random);
      return {
        what: `${what}; generation_config.json: ${generation.what}`,
        run() {
          readDecoderConfig(value);
          stopTokenIds(generation.value as ConfigJson, value as ConfigJson);
        },
      };
    });
  });
});

describe('safetensors', () => {
  const config = readDecoderConfig(CONFIGS[0]);
  const { parameters } = decoderModel(config);
  const tensors = parameters.map(({ name, shape }) => ({
    name,
    shape,
    data: new Float32Array(shape.reduce((size, side) => size * side, 1)).fill(0.5),
  }));

  const file = Uint8Array.from(
    [...writeSafetensors(tensors, { format: 'BF16' })].flatMap((part) => [...part]),
  );

  /** A file with another header; its length is right. */
  function withHeader(file: Uint8Array<ArrayBuffer>, change: (json: string) => string): Uint8Array {
    const bytes = Number(new DataView(file.buffer).getBigUint64(0, true));
    const header = new TextEncoder().encode(change(new TextDecoder().decode(file.slice(8, 8 + bytes))));
    const changed = new Uint8Array(8 + header.length + file.length - 8 - bytes);
    new DataView(changed.buffer).setBigUint64(0, BigInt(header.length), true);
    changed.set(header, 8);
    changed.set(file.slice(8 + bytes), 8 + header.length);
    return changed;
  }

  it('is loaded whole, or its fault is named', async () => {
    await loadWeights([bytesSource('model.safetensors', file)], parameters);
    const refused = await tryAll(600, /^model\.safetensors: /, (random) => {
      let what = '';
      const bytes = random.oneIn(3)
        ? mutateBytes(file, random)
        : withHeader(file, (json) => {
            if (random.oneIn(3)) {
              what = mutateText(json, random);
              return what;
            }
            const mutated = mutate(JSON.parse(json), random);
            what = mutated.what;
            return jsonText(mutated.value);
          });
      return {
        what: what.slice(0, 2000),
        async run() {
          const { weights } = await loadWeights([bytesSource('model.safetensors', bytes)], parameters);
          expect(weights.size).toBe(parameters.length);
        },
      };
    });
    expect(refused).toBeGreaterThan(200);
  });

  it.each([2n ** 63n, 2n ** 40n, 99_999_999n, 0n])('has no header of %s bytes', async (length) => {
    const changed = file.slice();
    new DataView(changed.buffer).setBigUint64(0, length, true);
    const run = () => loadWeights([bytesSource('model.safetensors', changed)], parameters);
    expect(await refusalOf({ what: `${length} bytes`, run })).toMatch(/^model\.safetensors: expected/);
  });
});
