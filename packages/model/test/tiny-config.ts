import type { DecoderConfig } from '../src/index.js';

/** A Llama of 2 layers that every test can afford, with fields replaced. */
export function tinyConfig(replaced: Partial<DecoderConfig> = {}): DecoderConfig {
  return {
    family: 'llama',
    vocabSize: 11,
    width: 8,
    numLayers: 2,
    numHeads: 4,
    numKvHeads: 2,
    headWidth: 4,
    feedForwardWidth: 12,
    normEpsilon: 1e-5,
    maxPositions: 32,
    tieWordEmbeddings: true,
    attentionBias: false,
    attentionOutputBias: false,
    qkNorm: false,
    ropeTheta: 10_000,
    ropeScaling: undefined,
    slidingWindow: undefined,
    geluApproximate: 'none',
    ...replaced,
  };
}

/** A GPT-2 of the same size. */
export function tinyGpt2Config(replaced: Partial<DecoderConfig> = {}): DecoderConfig {
  return tinyConfig({
    family: 'gpt2',
    numKvHeads: 4,
    headWidth: 2,
    feedForwardWidth: 32,
    attentionBias: true,
    attentionOutputBias: true,
    ropeTheta: 0,
    geluApproximate: 'tanh',
    ...replaced,
  });
}
