/**
 * Predicted against measured time of training steps on ONNX Runtime, with its default number of threads. Run by hand from
 * the root of the project:
 *
 *     npx tsx --conditions=@sftkit/source bench/src/predicted-time.ts [--rounds 5] [--only 15M]... [--rates]
 *
 * Predictions and steps take turns, so that both meet the same load of the machine. Ratios are predicted to measured: of the
 * medians of all rounds, of the rounds where it is lowest and highest, and of the shortest prediction to the shortest
 * steps, which a loaded machine distorts least.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Batch } from '@sftkit/masking';
import { type DecoderConfig, decoderModel, initialize } from '@sftkit/model';
import { prepareRun, readRecipe } from '@sftkit/sft/node';
import { onnxBackend } from '@sftkit/tensor-onnx';
import {
  type MeasuredRun,
  measureRates,
  objectiveProgram,
  predictPassSeconds,
  predictStepSeconds,
  supervisedCapacity,
  Trainer,
  trainingPrograms,
} from '@sftkit/trainer';
import { configOf, SHAPES } from './shapes.js';
import { quantile } from './statistics.js';

/** What is predicted and what is run. */
interface Workload {
  readonly run: MeasuredRun;
  /** By the model's names; given away. */
  readonly weights: Map<string, Float32Array>;
  /** Micro-batches of a step. */
  readonly batches: (step: number) => readonly Batch[];
}

interface SyntheticOptions {
  /** Share of the tokens that are targets. Default: all. */
  readonly supervisedShare?: number;
  readonly rows?: number;
  readonly microBatches?: number;
  readonly dropout?: number;
  readonly activationCheckpointing?: 'block';
}

const LLAMA_30M = configOf({
  name: '30M',
  vocabSize: 32_000,
  numLayers: 10,
  width: 384,
  numHeads: 6,
  numKvHeads: 6,
  feedForwardWidth: 1024,
  length: 512,
});

const STORIES_15M = configOf(SHAPES[1]!);

/** Those of the bench, and others that nothing was tuned for. */
const WORKLOADS: Readonly<Record<string, () => Workload | Promise<Workload>>> = {
  ...Object.fromEntries(
    SHAPES.flatMap((shape) =>
      [1, 0.4].map((supervisedShare) => [
        `${shape.name}, ${100 * supervisedShare} %`,
        () => synthetic(configOf(shape), { supervisedShare }),
      ]),
    ),
  ),
  'recipes/quickstart.yaml': () => ofRecipe('recipes/quickstart.yaml'),
  '30M': () => synthetic(LLAMA_30M),
  '30M, 4 micro-batches': () => synthetic(LLAMA_30M, { supervisedShare: 0.4, microBatches: 4 }),
  '30M, 4 rows, checkpointing': () =>
    synthetic(LLAMA_30M, { supervisedShare: 0.4, rows: 4, activationCheckpointing: 'block' }),
  '15M, 2 rows, dropout': () => synthetic(STORIES_15M, { supervisedShare: 0.4, rows: 2, dropout: 0.1 }),
};

/** Steps that are timed after each prediction take at least this long. */
const TURN_SECONDS = 1;

const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', multiple: true },
    rates: { type: 'boolean', default: false },
  },
});
const backend = await onnxBackend();
console.log(`${backend.description}; medians of ${given.rounds} rounds`);
console.log(
  'workload                      predicted  measured  ratio  lowest  highest  fastest  evaluation  measuring  load',
);
for (const [name, make] of Object.entries(WORKLOADS)) {
  if (given.only?.some((part) => name.includes(part)) ?? true) {
    console.log(await compare(name, await make(), Number(given.rounds)));
  }
}
process.exit(); // the threads that prepare a recipe's data

async function compare(name: string, { run, weights, batches }: Workload, rounds: number): Promise<string> {
  const microBatches = batches(0).length;
  const { model, shape, options, programs } = run;
  const trainer = await Trainer.create(backend, model, weights, shape, {
    ...options,
    programs,
    learningRate: () => 1e-5,
    clip: 1,
    adopt: true,
  });
  const objective = objectiveProgram(model, shape);
  const times = { measuring: [0], predicted: [0], step: [0], predictedPass: [0], pass: [0] };
  for (const each of Object.values(times)) each.pop();
  for (let round = 0; round < rounds; round++) {
    await trainer.rest();
    const [measuring, rates] = await timed(() => measureRates(backend, run));
    if (rates === undefined) throw new Error(`${name}: the clock is too coarse`);
    if (given.rates) console.log(rates);
    times.measuring.push(measuring);
    times.predicted.push(predictStepSeconds(rates, programs, microBatches));
    times.predictedPass.push(predictPassSeconds(rates, objective));
    await trainer.update(batches(0)); // compiles
    times.step.push(await medianStep((step) => trainer.update(batches(step))));
    times.pass.push(await evaluationPass(trainer, batches(0)[0]!));
  }
  await trainer.dispose();
  const ratios = times.predicted.map((predicted, round) => predicted / times.step[round]!);
  const median = (values: readonly number[]) => quantile(values, 0.5);
  return [
    name.padEnd(29),
    seconds(median(times.predicted)),
    seconds(median(times.step)),
    ratio(median(times.predicted) / median(times.step)),
    ratio(Math.min(...ratios)),
    ratio(Math.max(...ratios)),
    ratio(Math.min(...times.predicted) / Math.min(...times.step)),
    ratio(median(times.predictedPass) / median(times.pass)),
    seconds(median(times.measuring)),
    loadavg()[0]!.toFixed(1),
  ].join('  ');
}

function seconds(value: number): string {
  return `${value.toFixed(3)} s`.padStart(9);
}

function ratio(value: number): string {
  return value.toFixed(2).padStart(6);
}

/** Median seconds of a step, over as many as fill a turn. */
async function medianStep(run: (step: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  while (times.length < 3 || times.reduce((sum, one) => sum + one) < TURN_SECONDS) {
    times.push((await timed(() => run(times.length)))[0]);
  }
  return quantile(times, 0.5);
}

/** Seconds of one more batch in an evaluation. */
async function evaluationPass(trainer: Trainer, batch: Batch): Promise<number> {
  const evaluate = async (count: number) =>
    (await timed(() => trainer.evaluate(new Array<Batch>(count).fill(batch))))[0];
  return ((await evaluate(6)) - (await evaluate(1))) / 5;
}

async function timed<T>(run: () => Promise<T>): Promise<[seconds: number, result: T]> {
  const start = performance.now();
  const result = await run();
  return [(performance.now() - start) / 1000, result];
}

async function ofRecipe(file: string): Promise<Workload> {
  const { base, shape, programOptions, programs, data } = await prepareRun(readRecipe(file).recipe);
  return {
    run: { model: base.model, shape, options: programOptions, programs },
    weights: base.weights as Map<string, Float32Array>,
    batches: (step) => data.batches(0, step % data.stepsPerEpoch),
  };
}

function synthetic(
  config: DecoderConfig,
  {
    supervisedShare = 1,
    rows = 1,
    microBatches = 1,
    dropout,
    activationCheckpointing,
  }: SyntheticOptions = {},
): Workload {
  const model = decoderModel(config);
  const batch = batchOf(config, rows, supervisedShare);
  const sizes = { rows, length: batch.length };
  const shape = { ...sizes, capacity: supervisedCapacity(batch.supervisedTokens, sizes) };
  const options = {
    betas: [0.9, 0.95],
    epsilon: 1e-8,
    weightDecay: 0.1,
    dropout: dropout === undefined ? undefined : new Array<number>(config.numLayers).fill(dropout),
    activationCheckpointing,
  } as const;
  return {
    run: { model, shape, options, programs: trainingPrograms(model, shape, options) },
    weights: initialize(config, 1),
    batches: () => new Array<Batch>(microBatches).fill(batch),
  };
}

/** Rows as long as the model's context, each one segment, with targets at the end. */
function batchOf({ vocabSize, maxPositions: length }: DecoderConfig, rows: number, share: number): Batch {
  const positions = Int32Array.from({ length: rows * length }, (_, at) => at % length);
  const inputIds = positions.map((_, at) => (at * 7919 + 13) % vocabSize);
  const targets = positions.map((t, at) => (t < length * (1 - share) ? -100 : (at * 104_729) % vocabSize));
  const weights = Float32Array.from(targets, (target) => (target < 0 ? 0 : 1));
  const supervised = weights.filter((weight) => weight > 0).length;
  return {
    rows,
    length,
    inputIds,
    positions,
    segmentIds: new Int32Array(rows * length),
    targets,
    weights,
    supervisedTokens: supervised,
    supervisedWeight: supervised,
    totalTokens: rows * length,
    examples: [0],
  };
}
