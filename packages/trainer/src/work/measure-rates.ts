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
import { fitLayers } from './fit-layers.js';
import { layerSample } from './layer-sample.js';
import { attentionSample, headSample } from './operation-samples.js';
import { optimizerSamples } from './optimizer-samples.js';
import { medianSeconds, type Sample, Samples } from './samples.js';

/** What each unit of `ProgramWork` takes in the programs of one model, in seconds. */
export interface StepRates {
  /** A floating-point operation of matrix products, with its share of what lies between them: norms, activations, sums. */
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
  /** About how long to measure. Default: 1. Very large layers take longer than that even on few tokens. */
  readonly seconds?: number;
}

/** Shares of the time that samples of each kind may take; the optimizer has the rest. */
const LAYERS_SHARE = 0.5;
const HEAD_SHARE = 0.25;
const ATTENTION_SHARE = 0.1;

/** Runs of a sample: one to warm up, three that count. */
const RUNS = 4;

/**
 * Measures how fast the backend runs the programs of a run, on programs like them but smaller. Their memory is given back.
 * @returns undefined where the clock is too coarse to time them
 * @throws {BackendError} if the backend cannot run them
 */
export async function measureRates(
  backend: Backend,
  run: MeasuredRun,
  { seconds = 1 }: MeasureOptions = {},
): Promise<StepRates | undefined> {
  const samples = new Samples(backend);
  try {
    const flopsPerSecond = await productRate(samples, run.model);
    if (flopsPerSecond === undefined) return undefined;
    const flopsFor = (share: number) => (share * seconds * flopsPerSecond) / RUNS;
    const all = {
      layers: await layerSample(samples, fitLayers(run, flopsFor(LAYERS_SHARE))),
      attention: await attentionSample(samples, run.programs.gradients, flopsFor(ATTENTION_SHARE)),
      head: await headSample(samples, run.programs.gradients, flopsFor(HEAD_SHARE)),
      ...(await optimizerSamples(samples, run.model, run.options)),
    };
    const times = await medianSeconds(all, seconds);
    return Object.values(times).every((time) => time > 0) ? ratesOf(all, times) : undefined;
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
    const { seconds } = await medianSeconds({ seconds: sample }, 0);
    rate = seconds > 0 ? sample.work.matmulFlops / seconds : undefined;
    if (seconds >= LEAST_SECONDS) break;
  }
  return rate;
}

interface Measured<T> {
  readonly layers: T;
  readonly attention: T;
  readonly head: T;
  readonly zeros: T;
  readonly sums: T;
  readonly squares: T;
  readonly update: T;
}

/**
 * Largest share of the layers' time that can be attention's. Beside other work, attention by itself may seem to take longer
 * than the layers that contain it.
 */
const MOST_ATTENTION = 0.9;

function ratesOf(
  { layers, attention, head, zeros, sums, squares, update }: Measured<Sample>,
  seconds: Measured<number>,
): StepRates {
  const { work } = layers;
  const perHeadFlop = seconds.head / head.work.headFlops;
  const perAttentionFlop = Math.min(
    seconds.attention / attention.work.attentionFlops,
    (MOST_ATTENTION * seconds.layers) / work.attentionFlops,
  );
  const rest = seconds.layers - perAttentionFlop * work.attentionFlops;
  return {
    perMatmulFlop: rest / work.matmulFlops,
    perAttentionFlop,
    perHeadFlop,
    perZeroedByte: seconds.zeros / zeros.work.otherBytes,
    perSummedByte: seconds.sums / sums.work.otherBytes,
    perSquaredByte: seconds.squares / squares.work.otherBytes,
    perUpdatedByte: seconds.update / update.work.updateBytes,
    perCompiledInstruction: layers.compileSeconds / layers.instructions,
  };
}
