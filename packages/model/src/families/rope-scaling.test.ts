import { describe, expect, test } from 'vitest';
import { ConfigError } from '../model-error.js';
import { readDecoderConfig } from './families.js';

const LLAMA = {
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 172,
  num_attention_heads: 8,
  num_hidden_layers: 5,
  max_position_embeddings: 512,
};
const LLAMA3 = { rope_type: 'llama3', factor: 32, low_freq_factor: 1, high_freq_factor: 4 };
const llama3 = (originalMaxPositionEmbeddings: number) => ({
  kind: 'llama3',
  factor: 32,
  lowFreqFactor: 1,
  highFreqFactor: 4,
  originalMaxPositionEmbeddings,
});
const linear = { kind: 'linear', factor: 8 };

describe('rotary settings', () => {
  test.each<[string, object, number, object | undefined]>([
    ['none', {}, 10_000, undefined],
    ['null and empty', { rope_scaling: null, rope_parameters: {} }, 10_000, undefined],
    ['beside null', { rope_theta: 7, rope_scaling: null }, 7, undefined],
    ['beside an empty object', { rope_theta: 7, rope_scaling: {} }, 7, undefined],
    [
      'scaling beside an empty object',
      { rope_scaling: { type: 'linear', factor: 8 }, rope_parameters: {} },
      10_000,
      linear,
    ],
    ['the older style', { rope_theta: 7, rope_scaling: { type: 'linear', factor: 8 } }, 7, linear],
    [
      'the older name beside the newer',
      { rope_scaling: { type: 'linear', rope_type: 'linear', factor: 8 } },
      10_000,
      linear,
    ],
    ['theta in rope_scaling', { rope_scaling: { rope_type: 'default', rope_theta: 5e5 } }, 5e5, undefined],
    ['the same theta twice', { rope_theta: 5e5, rope_scaling: { rope_theta: 5e5 } }, 5e5, undefined],
    ['the newer style', { rope_parameters: { rope_type: 'linear', factor: 8, rope_theta: 7 } }, 7, linear],
    ['the newer style without a kind', { rope_parameters: { rope_theta: 7 } }, 7, undefined],
    [
      'theta beside rope_parameters',
      { rope_theta: 7, rope_parameters: { rope_type: 'default' } },
      7,
      undefined,
    ],
    [
      'both, alike',
      {
        rope_theta: 7,
        rope_scaling: { type: 'linear', factor: 8 },
        rope_parameters: { rope_type: 'linear', factor: 8, rope_theta: 7 },
      },
      7,
      linear,
    ],
    [
      'a first context inside',
      { rope_scaling: { ...LLAMA3, original_max_position_embeddings: 256 } },
      10_000,
      llama3(256),
    ],
    [
      'a first context outside',
      { rope_scaling: LLAMA3, original_max_position_embeddings: 128 },
      10_000,
      llama3(128),
    ],
    ['a first context that is the context', { rope_parameters: LLAMA3 }, 10_000, llama3(512)],
    [
      'a first context that is the default',
      { rope_scaling: LLAMA3, max_position_embeddings: undefined },
      10_000,
      llama3(2048),
    ],
  ])('%s', (_, fields, ropeTheta, ropeScaling) => {
    const config = readDecoderConfig({ ...LLAMA, ...fields });
    expect({ theta: config.ropeTheta, scaling: config.ropeScaling }).toEqual({
      theta: ropeTheta,
      scaling: ropeScaling,
    });
  });

  test.each<[string, object, string]>([
    ...['yarn', 'dynamic', 'longrope'].map((kind): [string, object, string] => [
      kind,
      { rope_scaling: { rope_type: kind, factor: 4 } },
      `rope_scaling.rope_type: expected "default", "linear" or "llama3", got "${kind}"; this scaling is not supported`,
    ]),
    ['mrope', { rope_scaling: { type: 'mrope' } }, 'rope_scaling.type: expected "default"'],
    [
      'two kinds',
      { rope_scaling: { type: 'linear', rope_type: 'default', factor: 8 } },
      'rope_scaling.rope_type: expected "linear" as in type beside it, got "default"',
    ],
    ['no factor', { rope_scaling: { type: 'linear' } }, 'rope_scaling.factor: expected a positive number'],
    ['a factor of nothing', { rope_scaling: { factor: 8 } }, 'got a factor without it'],
    ['no object', { rope_scaling: 'linear' }, 'rope_scaling: expected an object, got "linear"'],
    ['a kind of layer', { rope_parameters: { full_attention: {} } }, 'rope_parameters.full_attention'],
    ['a part of each head', { partial_rotary_factor: 0.5 }, 'partial_rotary_factor: expected 1, got 0.5'],
    [
      'a part of each head inside',
      { rope_parameters: { partial_rotary_factor: 0.5 } },
      'rope_parameters.partial_rotary_factor: expected 1, got 0.5',
    ],
    [
      'another theta outside',
      { rope_theta: 10_000, rope_scaling: { rope_type: 'default', rope_theta: 5e5 } },
      'rope_scaling.rope_theta: expected 10000 as in rope_theta outside, got 500000; ',
    ],
    [
      'another theta outside rope_parameters',
      { rope_theta: 10_000, rope_parameters: { rope_theta: 5e5 } },
      'rope_parameters.rope_theta: expected 10000 as in rope_theta outside, got 500000; ',
    ],
    [
      'another first context outside',
      {
        original_max_position_embeddings: 64,
        rope_scaling: { ...LLAMA3, original_max_position_embeddings: 32 },
      },
      'rope_scaling.original_max_position_embeddings: expected 64',
    ],
    [
      'another scaling in rope_parameters',
      { rope_scaling: { type: 'linear', factor: 8 }, rope_parameters: { rope_type: 'linear', factor: 4 } },
      'rope_parameters: expected the settings of rope_scaling: rope_scaling says {"type":"linear","factor":8}, rope_parameters {"rope_type":"linear","factor":4}; remove one of them',
    ],
    [
      'another theta in rope_parameters',
      {
        rope_scaling: { type: 'linear', factor: 8 },
        rope_parameters: { rope_type: 'linear', factor: 8, rope_theta: 7 },
      },
      'rope_parameters: expected the settings of rope_scaling',
    ],
    [
      'a theta that is null',
      { rope_parameters: { rope_theta: null } },
      'rope_parameters.rope_theta: expected a positive number, got null',
    ],
  ])('refuses %s', (_, fields, message) => {
    expect(() => readDecoderConfig({ ...LLAMA, ...fields })).toThrow(ConfigError);
    expect(() => readDecoderConfig({ ...LLAMA, ...fields })).toThrow(message);
  });
});
