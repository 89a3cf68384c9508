/** The gradients of a model that has a few of the layers and next to no head. */
import type { Batch } from '@sftkit/masking';
import { type DecoderModel, decoderModel } from '@sftkit/model';
import { type Program, sizeOf } from '@sftkit/tensor';
import { dropoutInputs, type MicroBatchShape, objectiveInputs } from '../objective.js';
import { residentTensors } from '../resident-tensors.js';
import { type TrainingProgramsOptions, trainingPrograms } from '../training-programs.js';
import { type Sample, type Samples, sampleNumbers } from './samples.js';

/** Small, since the head is measured by itself. */
const VOCABULARY = 32;

/** Token ids are 0 or more. */
const NO_TARGET = -1;

/** Layers on a batch: what is measured of a model whose batch or number of layers is too large. */
export interface LayerProgram {
  readonly model: DecoderModel;
  readonly shape: MicroBatchShape;
  /** A rate for each layer: the largest of the run's, since all rates but 0 take the same time. */
  readonly dropout: readonly number[] | undefined;
  /** Loss and gradients. */
  readonly program: Program;
}

export function layerProgram(
  { config }: DecoderModel,
  numLayers: number,
  shape: MicroBatchShape,
  options: TrainingProgramsOptions,
): LayerProgram {
  const rate = Math.max(0, ...(options.dropout ?? []));
  const model = decoderModel({ ...config, numLayers, vocabSize: VOCABULARY });
  const dropout = rate === 0 ? undefined : new Array<number>(numLayers).fill(rate);
  const { gradients } = trainingPrograms(model, shape, { ...options, dropout });
  return { model, shape, dropout, program: gradients };
}

export async function layerSample(
  samples: Samples,
  { model, shape, dropout, program }: LayerProgram,
): Promise<Sample> {
  const weights = new Map(model.parameters.map(({ name, shape }) => [name, sampleNumbers(sizeOf(shape))]));
  const { parameters, gradients, moments } = await residentTensors(samples.backend, model, weights, {
    adopt: true,
  });
  for (const buffer of [parameters, gradients, moments].flatMap((buffers) => Object.values(buffers))) {
    samples.keep(buffer);
  }
  const batch = objectiveInputs(sampleBatch(shape), shape, shape.capacity);
  const keys = dropoutInputs(dropout, { seed: 0, step: 0, microBatch: 0 });
  return samples.make(program, { ...parameters, ...batch, ...keys }, gradients);
}

/** Rows full of the longest segments; targets at the end, as many as the capacity. */
function sampleBatch({ rows, length, capacity, longestSegment = length }: MicroBatchShape): Batch {
  const size = rows * length;
  const inRow = Int32Array.from({ length: size }, (_, at) => at % length);
  const targets = inRow.map((at, i) => (i < size - capacity ? NO_TARGET : at % VOCABULARY));
  return {
    rows,
    length,
    inputIds: inRow.map((at) => (at * at) % VOCABULARY),
    positions: inRow.map((at) => at % longestSegment),
    segmentIds: inRow.map((at) => Math.floor(at / longestSegment)),
    targets,
    weights: Float32Array.from(targets, (target) => (target === NO_TARGET ? 0 : 1)),
    supervisedTokens: capacity,
    supervisedWeight: capacity,
    totalTokens: size,
    examples: [],
  };
}
