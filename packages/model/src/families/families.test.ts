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

  test('fields that are absent or null take the defaults of Hugging Face', () => {
    const { num_key_value_heads: _heads, tie_word_embeddings: _tie, rope_theta: _theta, ...rest } = LLAMA;
    const config = readDecoderConfig({ ...rest, head_dim: null, rope_scaling: null });
    expect(config).toMatchObject({ numKvHeads: 8, tieWordEmbeddings: false, ropeTheta: 10000, headWidth: 8 });
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

  test('rope scaling, in the older and in the newer style', () => {
    const llama3 = {
      kind: 'llama3',
      factor: 32,
      lowFreqFactor: 1,
      highFreqFactor: 4,
      originalMaxPositionEmbeddings: 8192,
    };
    expect(readDecoderConfig({ ...LLAMA, rope_theta: 500000, rope_scaling: LLAMA3_ROPE })).toMatchObject({
      ropeTheta: 500000,
      ropeScaling: llama3,
    });
    const { rope_theta: _theta, ...newStyle } = LLAMA;
    expect(
      readDecoderConfig({ ...newStyle, rope_parameters: { ...LLAMA3_ROPE, rope_theta: 500000 } }),
    ).toMatchObject({
      ropeTheta: 500000,
      ropeScaling: llama3,
    });
    expect(
      readDecoderConfig({ ...newStyle, rope_parameters: { rope_type: 'default', rope_theta: 7 } }),
    ).toMatchObject({
      ropeTheta: 7,
      ropeScaling: undefined,
    });
    expect(readDecoderConfig({ ...LLAMA, rope_scaling: { type: 'linear', factor: 2 } }).ropeScaling).toEqual({
      kind: 'linear',
      factor: 2,
    });
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
      'a missing field',
      { ...LLAMA, vocab_size: undefined },
      'vocab_size: expected a positive integer, but the field is missing',
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
      'head_dim: expected a positive integer, got 7.5',
    ],
    ['an odd head width', { ...LLAMA, head_dim: 7 }, 'head_dim: expected an even head width'],
    [
      'a scaling not computed',
      { ...LLAMA, rope_scaling: { rope_type: 'yarn', factor: 4 } },
      'rope_scaling.rope_type: expected',
    ],
    [
      'a scaling without its factor',
      { ...LLAMA, rope_scaling: { type: 'linear' } },
      'rope_scaling.factor: expected a positive number',
    ],
    [
      'rope per kind of layer',
      { ...LLAMA, rope_parameters: { full_attention: {} } },
      'rope_parameters.full_attention',
    ],
    [
      'partly rotated heads',
      { ...LLAMA, partial_rotary_factor: 0.5 },
      'partial_rotary_factor: expected 1, got 0.5',
    ],
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

  test('keeps what it does not know and replaces what it does', () => {
    const base = {
      ...LLAMA,
      bos_token_id: 1,
      vocab_size: 9,
      rope_parameters: { rope_type: 'default', rope_theta: 5 },
    };
    const written = writeDecoderConfig(readDecoderConfig({ ...LLAMA, vocab_size: 520 }), base);
    expect(written).toMatchObject({
      bos_token_id: 1,
      vocab_size: 520,
      rope_theta: 10000,
      model_type: 'llama',
    });
    expect(written).not.toHaveProperty('rope_parameters');
  });
});
