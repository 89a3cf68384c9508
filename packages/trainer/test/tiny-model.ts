/** A decoder of 2 layers and a few rows of data, small enough for the float64 reference. */
import type { Batch } from '@sftkit/masking';
import { type DecoderConfig, type DecoderModel, decoderModel, initialize } from '@sftkit/model';

export const tinyConfig: DecoderConfig = {
  family: 'llama',
  vocabSize: 13,
  width: 8,
  numLayers: 2,
  numHeads: 2,
  numKvHeads: 1,
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
};

export function tinyModel(): { model: DecoderModel; weights: Map<string, Float32Array> } {
  return { model: decoderModel(tinyConfig), weights: initialize(tinyConfig, 7) };
}

/** A sequence of ids; those from `supervisedFrom` on are targets of the position before them. */
export interface Sequence {
  readonly ids: readonly number[];
  readonly supervisedFrom: number;
  readonly weight?: number;
}

/** Rows of sequences laid side by side and padded, as `pack` of @sftkit/masking lays them. */
export function batchOf(rows: readonly (readonly Sequence[])[], length: number): Batch {
  const size = rows.length * length;
  const batch = {
    rows: rows.length,
    length,
    inputIds: new Int32Array(size),
    positions: new Int32Array(size),
    segmentIds: new Int32Array(size).fill(-1),
    targets: new Int32Array(size).fill(-100),
    weights: new Float32Array(size),
    supervisedTokens: 0,
    supervisedWeight: 0,
    totalTokens: 0,
    examples: rows.flat().map((_, index) => index),
  };
  for (const [row, sequences] of rows.entries()) {
    let at = row * length;
    for (const [segment, { ids, supervisedFrom, weight = 1 }] of sequences.entries()) {
      for (const [position, id] of ids.entries()) {
        batch.inputIds[at] = id;
        batch.positions[at] = position;
        batch.segmentIds[at] = segment;
        const next = position + 1;
        if (next < ids.length && next >= supervisedFrom) {
          batch.targets[at] = ids[next]!;
          batch.weights[at] = weight;
          batch.supervisedTokens += 1;
          batch.supervisedWeight += weight;
        }
        batch.totalTokens += 1;
        at += 1;
      }
    }
  }
  return batch;
}

/** Four sequences with prompts that are not learnt, one of them of another weight. */
export const sequences: readonly Sequence[] = [
  { ids: [1, 4, 5, 6, 7], supervisedFrom: 2 },
  { ids: [1, 8, 9, 2], supervisedFrom: 2, weight: 0.5 },
  { ids: [1, 3, 3, 10, 11, 2], supervisedFrom: 3 },
  { ids: [1, 12, 2], supervisedFrom: 1 },
];
