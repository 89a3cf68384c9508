import type { RotaryScaling } from '@sftkit/tensor';

/**
 * What a decoder is made of, in this package's own names. Family files read it from a Hugging Face
 * `config.json` and write it back; everything else reads only this.
 */
export interface DecoderConfig {
  readonly family: DecoderFamily;
  readonly vocabSize: number;
  /** C */
  readonly width: number;
  readonly numLayers: number;
  /** H */
  readonly numHeads: number;
  /** K; divides H */
  readonly numKvHeads: number;
  /** D; H * D need not be C */
  readonly headWidth: number;
  /** F */
  readonly feedForwardWidth: number;
  /** Added to the variance in every norm. */
  readonly normEpsilon: number;
  /** Longest context the model knows, in tokens. */
  readonly maxPositions: number;
  /** The output head is the embedding itself. */
  readonly tieWordEmbeddings: boolean;
  /** Bias on the query, key and value projections. */
  readonly attentionBias: boolean;
  /** Bias on the attention's output projection. */
  readonly attentionOutputBias: boolean;
  /** rmsNorm over each head of queries and keys, before the rotation. */
  readonly qkNorm: boolean;
  /** Base of the rotary frequencies; unused by GPT-2, whose positions are learned. */
  readonly ropeTheta: number;
  /** How the frequencies are stretched for contexts longer than the model was first trained on. */
  readonly ropeScaling: RotaryScaling | undefined;
  /** A token sees this many tokens back, itself included; undefined: all of them. */
  readonly slidingWindow: number | undefined;
  /** GPT-2's feed-forward: the tanh approximation of gelu, or the exact one. Others use silu. */
  readonly geluApproximate: 'tanh' | 'none';
}

export type DecoderFamily = 'llama' | 'mistral' | 'qwen2' | 'qwen3' | 'gpt2';
