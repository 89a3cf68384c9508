/**
 * llama2.c's checkpoint, version 0: a header of seven int32, then float32 tensors in a fixed order. Its rotary
 * embedding turns neighbouring pairs (2i, 2i + 1); Hugging Face's turns (i, i + D/2). Scores are the same once
 * the rows of q and k are permuted, which is done here.
 * @see https://github.com/karpathy/llama2.c (export.py, run.c)
 */
import { type DecoderConfig, decoderModel } from '@sftkit/model';

export interface Llama2cModel {
  readonly config: DecoderConfig;
  /** By Hugging Face name. */
  readonly weights: Map<string, Float32Array>;
}

const HEADER_BYTES = 7 * 4;

/** @throws {Error} if the header is no llama2.c header or the file has another length than it says */
export function readLlama2cCheckpoint(bytes: Uint8Array): Llama2cModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < HEADER_BYTES) {
    throw new Error(`llama2c: expected a checkpoint, got ${bytes.byteLength} bytes; the file is truncated`);
  }
  const [width, feedForwardWidth, numLayers, numHeads, numKvHeads, signedVocab, maxPositions] = Array.from(
    { length: 7 },
    (_, index) => view.getInt32(index * 4, true),
  ) as [number, number, number, number, number, number, number];
  const sizes = [
    width,
    feedForwardWidth,
    numLayers,
    numHeads,
    numKvHeads,
    Math.abs(signedVocab),
    maxPositions,
  ];
  if (sizes.some((size) => size < 1 || size > 1e7) || width % numHeads !== 0 || numHeads % numKvHeads !== 0) {
    throw new Error(
      `llama2c: expected a version 0 header, got ${sizes.join(', ')}; other versions are not read`,
    );
  }
  const config: DecoderConfig = {
    family: 'llama',
    vocabSize: Math.abs(signedVocab),
    width,
    numLayers,
    numHeads,
    numKvHeads,
    headWidth: width / numHeads,
    feedForwardWidth,
    normEpsilon: 1e-5,
    maxPositions,
    tieWordEmbeddings: signedVocab > 0, // a negative size says that the head is stored apart
    attentionBias: false,
    attentionOutputBias: false,
    qkNorm: false,
    ropeTheta: 10_000,
    ropeScaling: undefined,
    slidingWindow: undefined,
    geluApproximate: 'none',
  };
  return { config, weights: readWeights(view, config) };
}

function readWeights(view: DataView, config: DecoderConfig): Map<string, Float32Array> {
  const { vocabSize, width, numLayers, numHeads, numKvHeads, headWidth, feedForwardWidth, maxPositions } =
    config;
  const weights = new Map<string, Float32Array>();
  let offset = HEADER_BYTES;
  const take = (size: number): Float32Array => {
    const end = offset + size * 4;
    if (end > view.byteLength) {
      throw new Error(
        `llama2c: expected at least ${end} bytes from the header, got ${view.byteLength}; the file is truncated`,
      );
    }
    const start = offset;
    offset = end;
    return Float32Array.from({ length: size }, (_, index) => view.getFloat32(start + index * 4, true));
  };
  const takeLayers = (
    name: string,
    size: number,
    change: (values: Float32Array) => Float32Array = (values) => values,
  ) => {
    for (let layer = 0; layer < numLayers; layer++) {
      weights.set(`model.layers.${layer}.${name}.weight`, change(take(size)));
    }
  };

  weights.set('model.embed_tokens.weight', take(vocabSize * width));
  takeLayers('input_layernorm', width);
  takeLayers('self_attn.q_proj', numHeads * headWidth * width, (rows) => toHalfSplit(rows, headWidth, width));
  takeLayers('self_attn.k_proj', numKvHeads * headWidth * width, (rows) =>
    toHalfSplit(rows, headWidth, width),
  );
  takeLayers('self_attn.v_proj', numKvHeads * headWidth * width);
  takeLayers('self_attn.o_proj', width * numHeads * headWidth);
  takeLayers('post_attention_layernorm', width);
  takeLayers('mlp.gate_proj', feedForwardWidth * width); // w1
  takeLayers('mlp.down_proj', width * feedForwardWidth); // w2
  takeLayers('mlp.up_proj', feedForwardWidth * width); // w3
  weights.set('model.norm.weight', take(width));
  offset += maxPositions * headWidth * 4; // tables of cosines and sines, which are computed today
  if (!config.tieWordEmbeddings) {
    weights.set('lm_head.weight', take(vocabSize * width));
  }
  if (offset !== view.byteLength) {
    throw new Error(
      `llama2c: expected ${offset} bytes from the header, got ${view.byteLength}; this is no version 0 checkpoint`,
    );
  }
  const missing = decoderModel(config).parameters.filter(({ name }) => !weights.has(name));
  if (missing.length > 0) {
    throw new Error(`llama2c: no weights for ${missing.map(({ name }) => name).join(', ')}`);
  }
  return weights;
}

/** Rows of each head reordered: (H, D/2, 2, C) -> (H, 2, D/2, C). */
function toHalfSplit(rows: Float32Array, headWidth: number, width: number): Float32Array {
  const permuted = new Float32Array(rows.length);
  const half = headWidth / 2;
  for (let row = 0; row < rows.length / width; row++) {
    const inHead = row % headWidth;
    const target = row - inHead + (inHead % 2) * half + Math.floor(inHead / 2);
    permuted.set(rows.subarray(row * width, (row + 1) * width), target * width);
  }
  return permuted;
}
