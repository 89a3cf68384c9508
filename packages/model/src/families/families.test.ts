import { parseJson, stringifyJson } from '@sftkit/json';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../model-error.js';
import { readDecoderConfig, writeDecoderConfig } from './families.js';

const LLAMA = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_act: 'silu',
  hidden_size: 64,
  intermediate_size: 172,
  num_attention_heads: 8,
  num_hidden_layers: 5,
  num_key_value_heads: 4,
  max_position_embeddings: 512,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tie_word_embeddings: true,
  vocab_size: 512,
};
const QWEN2 = { ...LLAMA, architectures: ['Qwen2ForCausalLM'], model_type: 'qwen2' };
const QWEN3 = { ...LLAMA, architectures: ['Qwen3ForCausalLM'], model_type: 'qwen3' };
const MISTRAL = { ...LLAMA, architectures: ['MistralForCausalLM'], model_type: 'mistral' };
const GPT2 = {
  architectures: ['GPT2LMHeadModel'],
  model_type: 'gpt2',
  vocab_size: 50257,
  n_embd: 768,
  n_layer: 12,
  n_head: 12,
};
const LLAMA3_ROPE = {
  rope_type: 'llama3',
  factor: 32,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};

describe('readDecoderConfig', () => {
  test('a Llama', () => {
    expect(readDecoderConfig(LLAMA)).toEqual({
      family: 'llama',
      vocabSize: 512,
      width: 64,
      numLayers: 5,
      numHeads: 8,
      numKvHeads: 4,
      headWidth: 8,
      feedForwardWidth: 172,
      normEpsilon: 1e-5,
      maxPositions: 512,
      tieWordEmbeddings: true,
      attentionBias: false,
      attentionOutputBias: false,
      qkNorm: false,
      ropeTheta: 10000,
      ropeScaling: undefined,
      slidingWindow: undefined,
      geluApproximate: 'none',
    });
  });

  test('what tells the families apart', () => {
    expect(readDecoderConfig(QWEN2)).toMatchObject({
      attentionBias: true,
      attentionOutputBias: false,
      qkNorm: false,
    });
    expect(readDecoderConfig(QWEN3)).toMatchObject({ attentionBias: false, qkNorm: true, headWidth: 128 });
    expect(readDecoderConfig({ ...LLAMA, attention_bias: true })).toMatchObject({
      attentionBias: true,
      attentionOutputBias: true,
    });
    expect(readDecoderConfig({ ...MISTRAL, sliding_window: 4096 })).toMatchObject({ slidingWindow: 4096 });
    expect(readDecoderConfig({ ...MISTRAL, sliding_window: null, head_dim: 32 })).toMatchObject({
      slidingWindow: undefined,
      headWidth: 32,
    });
    expect(readDecoderConfig(GPT2)).toMatchObject({
      family: 'gpt2',
      maxPositions: 1024,
      feedForwardWidth: 3072,
      headWidth: 64,
      tieWordEmbeddings: true,
      geluApproximate: 'tanh',
    });
  });

  // transformers 4.57.6: the defaults of the classes LlamaConfig, MistralConfig, Qwen2Config and Qwen3Config.
  const rotary = { normEpsilon: 1e-6, ropeTheta: 10_000, tieWordEmbeddings: false, attentionBias: false };
  test.each([
    [
      'llama',
      { vocabSize: 32_000, numKvHeads: 64, headWidth: 2, maxPositions: 2048, slidingWindow: undefined },
    ],
    [
      'mistral',
      { vocabSize: 32_000, numKvHeads: 8, headWidth: 2, maxPositions: 131_072, slidingWindow: 4096 },
    ],
    [
      'qwen2',
      { vocabSize: 151_936, numKvHeads: 32, headWidth: 2, maxPositions: 32_768, attentionBias: true },
    ],
    ['qwen3', { vocabSize: 151_936, numKvHeads: 32, headWidth: 128, maxPositions: 32_768 }],
  ])('%s: fields that are absent', (model_type, defaults) => {
    const required = {
      hidden_size: 128,
      num_attention_heads: 64,
      num_hidden_layers: 1,
      intermediate_size: 8,
    };
    expect(readDecoderConfig({ model_type, ...required })).toMatchObject({ ...rotary, ...defaults });
    for (const field of Object.keys(required)) {
      expect(() => readDecoderConfig({ model_type, ...required, [field]: undefined })).toThrow(
        `${field}: expected a positive integer, but the field is missing; is this the config of a complete "${model_type}"`,
      );
    }
  });

  test('gpt2: all fields are absent', () => {
    expect(readDecoderConfig({ model_type: 'gpt2' })).toMatchObject({
      vocabSize: 50_257,
      width: 768,
      numLayers: 12,
      numHeads: 12,
      feedForwardWidth: 3072,
      normEpsilon: 1e-5,
      maxPositions: 1024,
      tieWordEmbeddings: true,
      geluApproximate: 'tanh',
    });
  });

  test.each<[string, object, string, unknown]>([
    ['llama', { ...LLAMA, num_key_value_heads: null }, 'numKvHeads', 8],
    ['mistral', { ...MISTRAL, num_key_value_heads: null }, 'numKvHeads', 8],
    ['qwen2', { ...QWEN2, num_key_value_heads: null }, 'numKvHeads', 8],
    ['qwen3', { ...QWEN3, num_key_value_heads: null }, 'numKvHeads', 8],
    ['llama', { ...LLAMA, head_dim: null }, 'headWidth', 8],
    ['mistral', { ...MISTRAL, head_dim: null }, 'headWidth', 8],
    ['mistral', { ...MISTRAL, sliding_window: null }, 'slidingWindow', undefined],
    ['gpt2', { ...GPT2, n_inner: null }, 'feedForwardWidth', 3072],
    ['gpt2', { ...GPT2, tie_word_embeddings: null }, 'tieWordEmbeddings', false],
  ])('null is not absent: %s, %o: %s is %s', (_, json, name, value) => {
    expect(readDecoderConfig(json)).toHaveProperty(name, value);
  });

  test.each<[string, object, string]>([
    ['head_dim', { ...QWEN3, head_dim: null }, 'got null; without the field it is 128'],
    ['vocab_size', { ...LLAMA, vocab_size: null }, 'got null; without the field it is 32000'],
    ['rope_theta', { ...LLAMA, rope_theta: null }, 'expected a positive number, got null'],
    ['hidden_act', { ...LLAMA, hidden_act: null }, 'expected "silu", got null'],
    ['scale_attn_weights', { ...GPT2, scale_attn_weights: null }, 'expected true, got null'],
    ['activation_function', { ...GPT2, activation_function: null }, 'got null'],
  ])('null without a meaning is refused: %s', (field, json, message) => {
    expect(() => readDecoderConfig(json)).toThrow(`config.json: ${field}: `);
    expect(() => readDecoderConfig(json)).toThrow(message);
  });

  test('numbers of any spelling, and an object whose keys have another order', () => {
    const text = stringifyJson(LLAMA)
      .replace('"num_hidden_layers":5', '"num_hidden_layers":5.0')
      .replace('"vocab_size":512', '"vocab_size":5.12e2,"10":1,"2":1');
    expect(parseJson(text)).toBeInstanceOf(Map);
    expect(readDecoderConfig(parseJson(text))).toEqual(readDecoderConfig(LLAMA));
  });

  test.each<[string, string, string, string]>([
    ['llama', 'num_hidden_layers', '2000000000', 'expected a positive integer up to 1000, got 2000000000'],
    ['llama', 'hidden_size', '2e9', 'expected a positive integer up to 1048576, got 2000000000'],
    ['llama', 'num_attention_heads', '2000000000', 'up to 1048576'],
    ['llama', 'num_key_value_heads', '2000000000', 'up to 1048576'],
    ['llama', 'head_dim', '2000000000', 'up to 1048576'],
    ['llama', 'intermediate_size', '2000000000', 'up to 16777216'],
    ['llama', 'vocab_size', '2000000000', 'up to 16777216'],
    ['llama', 'max_position_embeddings', '1000000000000', 'up to 1073741824'],
    ['llama', 'rms_norm_eps', '1e300', 'expected a positive number up to 1, got 1e+300'],
    ['mistral', 'sliding_window', '1e12', 'up to 1073741824'],
    ['gpt2', 'n_layer', '2000000000', 'up to 1000'],
    ['gpt2', 'n_embd', '2000000000', 'up to 1048576'],
    ['gpt2', 'n_head', '2000000000', 'up to 1048576'],
    ['gpt2', 'n_inner', '2000000000', 'up to 16777216'],
    ['gpt2', 'vocab_size', '2000000000', 'up to 16777216'],
    ['gpt2', 'n_positions', '1e12', 'up to 1073741824'],
    ['gpt2', 'layer_norm_epsilon', '2', 'up to 1'],
    ['llama', 'hidden_size', '99999999999999999999', 'got 99999999999999999999'],
    ['llama', 'hidden_size', '-64', 'expected a positive integer, got -64'],
    ['llama', 'hidden_size', '64.5', 'expected a positive integer, got 64.5'],
    ['llama', 'hidden_size', '0', 'expected a positive integer, got 0'],
    ['llama', 'rope_theta', '1e400', 'expected a positive number, got a number beyond 1.79'],
    ['llama', 'rope_theta', '"NaN"', 'expected a positive number, got "NaN"'],
    ['llama', 'tie_word_embeddings', '1', 'expected true or false, got 1'],
  ])('refuses a %s of %s %s', (family, field, value, message) => {
    const json = { llama: LLAMA, mistral: MISTRAL, gpt2: GPT2 }[family]!;
    const read = () => readDecoderConfig({ ...json, [field]: parseJson(value) });
    expect(read).toThrow(`config.json: ${field}: `);
    expect(read).toThrow(message);
  });

  test.each<[string, unknown, string]>([
    ['no object', [], 'expected an object'],
    [
      'an unknown architecture',
      { ...LLAMA, model_type: 'mamba' },
      'model_type: expected one of the supported',
    ],
    ['no architecture at all', {}, 'architectures: expected one of the supported'],
    [
      'another head',
      { ...LLAMA, architectures: ['LlamaForSequenceClassification'] },
      'expected "LlamaForCausalLM"',
    ],
    [
      'a field of the wrong type',
      { ...LLAMA, hidden_size: '64' },
      'hidden_size: expected a positive integer, got "64"',
    ],
    ['another activation', { ...LLAMA, hidden_act: 'gelu' }, 'hidden_act: expected "silu", got "gelu"'],
    ['biases in the feed-forward', { ...LLAMA, mlp_bias: true }, 'mlp_bias: expected false, got true'],
    [
      'heads that do not divide',
      { ...LLAMA, num_key_value_heads: 3 },
      '8 query heads cannot share 3 key-value heads',
    ],
    [
      'a width that does not divide',
      { ...LLAMA, hidden_size: 60 },
      'hidden_size: 8 heads cannot share a width of 60; hidden_size must be a multiple of num_attention_heads',
    ],
    [
      'heads that the default does not divide',
      { ...QWEN2, num_key_value_heads: undefined },
      '8 query heads cannot share 32 key-value heads, the default of qwen2',
    ],
    [
      'a matrix that no array holds',
      { ...LLAMA, vocab_size: 2 ** 24, hidden_size: 2 ** 20 },
      'vocab_size: expected matrices of at most 4294967295 elements, got one of 16777216 x 1048576',
    ],
    [
      'one of attention',
      { ...LLAMA, num_attention_heads: 2 ** 20, num_key_value_heads: 1, head_dim: 256 },
      'num_attention_heads: expected matrices of at most',
    ],
    ['an odd head width', { ...LLAMA, head_dim: 7 }, 'head_dim: expected an even head width'],
    ['a window in some layers', { ...QWEN2, use_sliding_window: true }, 'use_sliding_window: expected false'],
    [
      'mixed layers',
      { ...QWEN3, layer_types: ['full_attention', 'sliding_attention'] },
      'layer_types: expected "full_attention"',
    ],
    [
      'quantized weights',
      { ...LLAMA, quantization_config: { bits: 4 } },
      'quantization_config: quantized weights',
    ],
    [
      'a GPT-2 activation',
      { ...GPT2, activation_function: 'relu' },
      'activation_function: expected one of gelu_new',
    ],
    [
      'an activation that objects of JavaScript have',
      { ...GPT2, activation_function: 'constructor' },
      'got "constructor"',
    ],
    [
      'a size of GPT-2 under two names',
      { ...GPT2, hidden_size: 64 },
      'hidden_size: expected 768, got 64; GPT-2 calls it n_embd',
    ],
    [
      'a GPT-2 scaled by layer',
      { ...GPT2, scale_attn_by_inverse_layer_idx: true },
      'scale_attn_by_inverse_layer_idx',
    ],
  ])('refuses %s', (_, json, message) => {
    expect(() => readDecoderConfig(json)).toThrow(ConfigError);
    expect(() => readDecoderConfig(json)).toThrow(message);
  });
});

describe('writeDecoderConfig', () => {
  test.each([
    ['llama', LLAMA],
    [
      'llama with biases and scaled rope',
      { ...LLAMA, attention_bias: true, rope_scaling: LLAMA3_ROPE, head_dim: 16 },
    ],
    ['mistral', { ...MISTRAL, sliding_window: 32, rope_scaling: { type: 'linear', factor: 4 } }],
    ['qwen2', QWEN2],
    ['qwen3', { ...QWEN3, attention_bias: true }],
    ['gpt2', { ...GPT2, activation_function: 'gelu' }],
  ])('%s reads back as the same', (_, json) => {
    const config = readDecoderConfig(json);
    expect(readDecoderConfig(writeDecoderConfig(config))).toEqual(config);
  });

  test('writes all of a model over a base that does not read as its config', () => {
    const config = readDecoderConfig({ ...LLAMA, vocab_size: 520 });
    const contradictory = { ...LLAMA, rope_parameters: { rope_theta: 5 } };
    for (const base of [{}, GPT2, { ...GPT2, model_type: 'mamba' }, contradictory]) {
      const written = writeDecoderConfig(config, { ...base, bos_token_id: 1 });
      expect(written).toMatchObject({
        bos_token_id: 1,
        architectures: ['LlamaForCausalLM'],
        model_type: 'llama',
        vocab_size: 520,
      });
      expect(written).not.toHaveProperty('rope_parameters');
      expect(stringifyJson(written)).toContain('"rope_theta":10000.0,');
      expect(readDecoderConfig(written)).toEqual(config);
    }
    // All of it, though Mistral's window would do.
    const mistral = readDecoderConfig({ ...MISTRAL, sliding_window: 64 });
    expect(writeDecoderConfig(mistral, LLAMA)).toMatchObject({ sliding_window: 64, head_dim: 8 });
    const gpt2 = readDecoderConfig(GPT2);
    expect(readDecoderConfig(writeDecoderConfig(gpt2, LLAMA))).toEqual(gpt2);
  });

  test('scaled rope as transformers 4.31 to 4.42 accept it: two fields, the factor a float', () => {
    const linear = readDecoderConfig({ ...LLAMA, rope_scaling: { rope_type: 'linear', factor: 8 } });
    expect(stringifyJson(writeDecoderConfig(linear))).toContain(
      '"rope_scaling":{"type":"linear","factor":8.0}',
    );
    const llama3 = readDecoderConfig({ ...LLAMA, rope_scaling: LLAMA3_ROPE });
    expect(stringifyJson(writeDecoderConfig(llama3))).toContain(
      '{"rope_type":"llama3","factor":32.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":8192}',
    );
  });

  const { architectures: _class, max_position_embeddings: _positions, ...sparse } = LLAMA;
  const newStyle = { ...sparse, rope_theta: undefined, rope_parameters: { ...LLAMA3_ROPE, rope_theta: 5e5 } };
  test.each<[string, object, object, readonly string[]]>([
    ['nothing', LLAMA, {}, []],
    ['nothing, but for the class that was not named', newStyle, {}, ['architectures']],
    ['the vocabulary', newStyle, { vocabSize: 520 }, ['architectures', 'vocab_size']],
    ['a length that was absent', sparse, { maxPositions: 99 }, ['architectures', 'max_position_embeddings']],
    ['a window that was absent', MISTRAL, { slidingWindow: undefined }, ['sliding_window']],
    [
      'GPT-2, whose fields are absent',
      { model_type: 'gpt2' },
      { numLayers: 2 },
      ['architectures', 'n_layer'],
    ],
  ])('writes what changed: %s', (_, base, change, fields) => {
    const before = base as Readonly<Record<string, unknown>>;
    const config = { ...readDecoderConfig(before), ...change };
    const written = writeDecoderConfig(config, before);
    expect(readDecoderConfig(written)).toEqual(config);
    const text = (value: unknown) => stringifyJson({ value });
    const differs = (field: string) => text(written[field]) !== text(before[field]);
    expect(
      Object.keys({ ...before, ...written })
        .filter(differs)
        .sort(),
    ).toEqual(fields);
    const kept = Object.keys(before);
    expect(Object.keys(written).slice(0, kept.length)).toEqual(kept);
  });

  test.each([
    ['a theta inside rope_parameters', newStyle, { ropeTheta: 7 }],
    [
      'a first context outside',
      {
        ...LLAMA,
        rope_scaling: { ...LLAMA3_ROPE, original_max_position_embeddings: undefined },
        original_max_position_embeddings: 64,
      },
      { ropeScaling: { ...readDecoderConfig(newStyle).ropeScaling!, originalMaxPositionEmbeddings: 32 } },
    ],
    ['heads, of which others follow', { ...LLAMA, num_key_value_heads: null }, { numHeads: 16 }],
    ['a width, of which others follow', { ...LLAMA, head_dim: null }, { width: 128 }],
  ])('what depends on what changed is written, too: %s', (_, base, change) => {
    const config = { ...readDecoderConfig(base), ...change };
    expect(readDecoderConfig(writeDecoderConfig(config, base))).toEqual(config);
  });
});
