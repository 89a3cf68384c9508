import { expect, test } from 'vitest';
import { tinyConfig, tinyGpt2Config } from '../test/tiny-config.js';
import { decoderModel } from './decoder.js';
import { initialize } from './initialize.js';

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

test('every parameter, of its kind', () => {
  const config = tinyConfig({
    width: 64,
    feedForwardWidth: 64,
    headWidth: 16,
    vocabSize: 64,
    attentionBias: true,
  });
  const weights = initialize(config, 1);
  expect([...weights.keys()]).toEqual(decoderModel(config).parameters.map(({ name }) => name));
  // 4096 draws: the standard error of the deviation is 1.1 %, so 5 % is more than four of them.
  expect(deviation(weights.get('model.embed_tokens.weight')!) / 0.02).toBeCloseTo(1, 1);
  expect(Math.abs(deviation(weights.get('model.layers.0.mlp.gate_proj.weight')!) / 0.02 - 1)).toBeLessThan(
    0.05,
  );
  expect(Math.abs(deviation(weights.get('model.layers.1.mlp.down_proj.weight')!) / 0.01 - 1)).toBeLessThan(
    0.05,
  );
  expect(Math.abs(deviation(weights.get('model.layers.1.self_attn.o_proj.weight')!) / 0.01 - 1)).toBeLessThan(
    0.05,
  );
  expect(weights.get('model.norm.weight')!.every((value) => value === 1)).toBe(true);
  expect(weights.get('model.layers.0.self_attn.q_proj.bias')!.every((value) => value === 0)).toBe(true);
});

test('the seed decides, and nothing else', () => {
  const config = tinyGpt2Config();
  expect(initialize(config, 7)).toEqual(initialize(config, 7));
  expect(initialize(config, 7).get('transformer.wte.weight')).not.toEqual(
    initialize(config, 8).get('transformer.wte.weight'),
  );
});
