/** The gradients of a model of one layer and of two: the difference is what a layer takes, the rest is there once. */
import { type Batch, IGNORE_INDEX } from '@sftkit/masking';
import { type DecoderModel, decoderModel } from '@sftkit/model';
import { type Program, sizeOf } from '@sftkit/tensor';
import { dropoutInputs, type MicroBatchShape, objectiveInputs } from '../objective.js';
import { residentTensors } from '../resident-tensors.js';
import { type TrainingProgramsOptions, trainingPrograms } from '../training-programs.js';
import { type Sample, type Samples, sampleNumbers } from './samples.js';

/** Small, since the head is measured by itself. */
const VOCABULARY = 32;

interface LayerProgram {
  readonly model: DecoderModel;
  /** A rate for each layer: the largest of the run's, since all rates but 0 take the same time. */
  readonly dropout: readonly number[] | undefined;
  /** Loss and gradients. */
  readonly program: Program;
}

export type LayerPrograms = readonly [one: LayerProgram, two: LayerProgram];

/**
 * The programs, and their models.
 * @param shape of the batch that they run on
 */
export function layerPrograms(
  { config }: DecoderModel,
  shape: MicroBatchShape,
  options: TrainingProgramsOptions,
): LayerPrograms {
  const rate = Math.max(0, ...(options.dropout ?? []));
  const of = (numLayers: number): LayerProgram => {
    const model = decoderModel({ ...config, numLayers, vocabSize: VOCABULARY });
    const dropout = rate === 0 ? undefined : new Array<number>(numLayers).fill(rate);
    return { model, dropout, program: trainingPrograms(model, shape, { ...options, dropout }).gradients };
  };
  return [of(1), of(2)];
}

export async function layerSamples(
  samples: Samples,
  shape: MicroBatchShape,
  programs: LayerPrograms,
): Promise<[one: Sample, two: Sample]> {
  const larger = programs[1].model;
  const weights = new Map(larger.parameters.map(({ name, shape }) => [name, sampleNumbers(sizeOf(shape))]));
  const { parameters, gradients, moments } = await residentTensors(samples.backend, larger, weights, {
    adopt: true,
  });
  for (const buffer of [parameters, gradients, moments].flatMap((buffers) => Object.values(buffers))) {
    samples.keep(buffer);
  }
  const batch = objectiveInputs(sampleBatch(shape), shape, shape.capacity);
  const sampleOf = ({ program, dropout }: LayerProgram) => {
    const keys = dropoutInputs(dropout, { seed: 0, step: 0, microBatch: 0 });
    return samples.make(program, { ...parameters, ...batch, ...keys }, gradients);
  };
  return [await sampleOf(programs[0]), await sampleOf(programs[1])];
}

/** Rows full of the longest segments; targets at the end, as many as the capacity. */
function sampleBatch({ rows, length, capacity, longestSegment = length }: MicroBatchShape): Batch {
  const size = rows * length;
  const inRow = Int32Array.from({ length: size }, (_, at) => at % length);
  const targets = inRow.map((at, i) => (i < size - capacity ? IGNORE_INDEX : at % VOCABULARY));
  return {
    rows,
    length,
    inputIds: inRow.map((at) => (at * at) % VOCABULARY),
    positions: inRow.map((at) => at % longestSegment),
    segmentIds: inRow.map((at) => Math.floor(at / longestSegment)),
    targets,
    weights: Float32Array.from(targets, (target) => (target === IGNORE_INDEX ? 0 : 1)),
    supervisedTokens: capacity,
    supervisedWeight: capacity,
    totalTokens: size,
    examples: [],
  };
}
