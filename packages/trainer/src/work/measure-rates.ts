/**
 * How fast a backend on this machine does what a training step consists of, from about a second of measurement. Operations
 * by themselves do not add up to a step: what lies between products, and what is in the cache, is different there. So the
 * model's own layers are run, on as much of its batch as the time allows, and only the head, attention and the optimizer are
 * taken from programs of their own.
 */
import type { DecoderModel } from '@sftkit/model';
import { type Backend, f32, matmul, trace } from '@sftkit/tensor';
import type { MicroBatchShape } from '../objective.js';
import type { TrainingPrograms, TrainingProgramsOptions } from '../training-programs.js';
import { layerPrograms, layerSamples } from './layer-samples.js';
import { attentionSample, headSample } from './operation-samples.js';
import { type OptimizerSamples, optimizerSamples } from './optimizer-samples.js';
import { programWork } from './program-work.js';
import { medianSeconds, type Sample, Samples } from './samples.js';

/** What each unit of `ProgramWork` takes in the programs of one model, in seconds. */
export interface StepRates {
  /** A run of the gradients, whatever the number of its layers: the call, the embedding, the mask. */
  readonly perRun: number;
  /** A floating-point operation of matrix products, with its share of the norms, activations and sums between them. */
  readonly perMatmulFlop: number;
  readonly perAttentionFlop: number;
  readonly perHeadFlop: number;
  /** A byte of gradients that are set to 0. */
  readonly perZeroedByte: number;
  /** A byte read or written where gradients are added to those of earlier micro-batches. */
  readonly perSummedByte: number;
  /** A byte of gradients whose norm is taken. */
  readonly perSquaredByte: number;
  /** A byte read or written by the update. */
  readonly perUpdatedByte: number;
  /** An instruction of a program that is compiled. */
  readonly perCompiledInstruction: number;
}

/** What is going to run. */
export interface MeasuredRun {
  readonly model: DecoderModel;
  readonly shape: MicroBatchShape;
  readonly options: TrainingProgramsOptions;
  /** Of this model, shape and options. */
  readonly programs: TrainingPrograms;
}

export interface MeasureOptions {
  /** About how long to measure. Default: 1. A model whose single layers take longer on few tokens takes what they take. */
  readonly seconds?: number;
}

/** Shares of the time, by the sum of the runs of each kind. */
const LAYERS_SHARE = 0.5;
const HEAD_SHARE = 0.25;
const ATTENTION_SHARE = 0.1;

/** Runs of a sample: one to warm up, three that count. */
const RUNS = 4;

/**
 * @returns undefined where the clock is too coarse to tell
 */
export async function measureRates(
  backend: Backend,
  { model, shape, options, programs }: MeasuredRun,
  { seconds = 1 }: MeasureOptions = {},
): Promise<StepRates | undefined> {
  const samples = new Samples(backend);
  try {
    const flopsPerSecond = await productRate(samples, model);
    if (flopsPerSecond === undefined) return undefined;
    const flopsFor = (share: number) => (share * seconds * flopsPerSecond) / RUNS;
    const fitting = fittingShape(model, shape, options, flopsFor(LAYERS_SHARE));
    const [one, two] = await layerSamples(samples, fitting, layerPrograms(model, fitting, options));
    const attention = await attentionSample(samples, programs.gradients, flopsFor(ATTENTION_SHARE));
    const head = await headSample(samples, programs.gradients, flopsFor(HEAD_SHARE));
    const all = { one, two, attention, head, ...(await optimizerSamples(samples, model, options)) };
    const times = await medianSeconds(Object.values(all), seconds);
    return ratesOf(all, Object.fromEntries(Object.keys(all).map((name, i) => [name, times[i]!])));
  } finally {
    samples.dispose();
  }
}

/** Products that take at least this long say how fast the backend is. */
const LEAST_SECONDS = 1e-3;

/** Rows of the products, one after another until they take long enough. */
const PRODUCT_ROWS = [4, 32, 256, 2048];

/** Floating-point operations a second of a product of the model's sizes; undefined where no time passes. */
async function productRate(
  samples: Samples,
  { config: { width, feedForwardWidth } }: DecoderModel,
): Promise<number | undefined> {
  const w = await samples.numbers(f32(width, feedForwardWidth));
  let rate: number | undefined;
  for (const rows of PRODUCT_ROWS) {
    const types = { x: f32(rows, width), w };
    const program = trace(types, (given) => ({ y: matmul(given.x, given.w) }));
    const x = await samples.numbers(types.x);
    const y = await samples.zeros(f32(rows, feedForwardWidth));
    const sample = await samples.make(program, { x, w }, { y });
    const [seconds] = await medianSeconds([sample], 0);
    rate = seconds! > 0 ? sample.work.matmulFlops / seconds! : undefined;
    if (seconds! >= LEAST_SECONDS) break;
  }
  return rate;
}

/** Fewest tokens that the layers are run on. */
const LEAST_TOKENS = 32;

/** The run's own batch, or as many of its rows, or as much of one row, as take so many floating-point operations. */
function fittingShape(
  model: DecoderModel,
  shape: MicroBatchShape,
  options: TrainingProgramsOptions,
  flops: number,
): MicroBatchShape {
  const wanted = layerPrograms(model, shape, options).reduce((sum, { program }) => {
    const { matmulFlops, attentionFlops } = programWork(program);
    return sum + matmulFlops + attentionFlops;
  }, 0);
  const tokens = shape.rows * shape.length;
  const some = Math.floor((tokens * flops) / wanted);
  if (some >= tokens) return shape;
  const rows = Math.max(1, Math.floor(some / shape.length));
  const length = Math.min(
    shape.length,
    Math.max(LEAST_TOKENS, LEAST_TOKENS * Math.floor(some / LEAST_TOKENS)),
  );
  return {
    rows,
    length,
    capacity: Math.min(rows * length, Math.ceil((shape.capacity * rows * length) / tokens)),
    longestSegment: shape.longestSegment && Math.min(shape.longestSegment, length),
  };
}

type Measured = OptimizerSamples & {
  readonly one: Sample;
  readonly two: Sample;
  readonly attention: Sample;
  readonly head: Sample;
};

function ratesOf(
  { one, two, attention, head, zeros, sums, squares, update }: Measured,
  seconds: Readonly<Record<keyof Measured, number>>,
): StepRates {
  const perAttentionFlop = seconds.attention / attention.work.attentionFlops;
  const perHeadFlop = seconds.head / head.work.headFlops;
  /** What is left for the products. */
  const rest = (sample: Sample, measured: number) =>
    measured - perAttentionFlop * sample.work.attentionFlops - perHeadFlop * sample.work.headFlops;
  const perMatmulFlop =
    (rest(two, seconds.two) - rest(one, seconds.one)) / (two.work.matmulFlops - one.work.matmulFlops);
  return {
    perRun: Math.max(0, rest(one, seconds.one) - perMatmulFlop * one.work.matmulFlops),
    perMatmulFlop,
    perAttentionFlop,
    perHeadFlop,
    perZeroedByte: seconds.zeros / zeros.work.otherBytes,
    perSummedByte: seconds.sums / sums.work.otherBytes,
    perSquaredByte: seconds.squares / squares.work.otherBytes,
    perUpdatedByte: seconds.update / update.work.updateBytes,
    perCompiledInstruction: two.compileSeconds / two.instructions,
  };
}
