/**
 * Predicted against measured time of a training step on ONNX Runtime, with its default number of threads. Run by hand:
 *
 *     npx tsx --conditions=@sftkit/source bench/src/predicted-time.ts [--rounds 7] [--shape 15M]...
 *
 * Prediction and steps take turns, so that both meet the same load of the machine.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Batch } from '@sftkit/masking';
import { type DecoderConfig, decoderModel, initialize } from '@sftkit/model';
import { onnxBackend } from '@sftkit/tensor-onnx';
import {
  type MicroBatchShape,
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

interface Workload {
  readonly name: string;
  readonly config: DecoderConfig;
  readonly rows: number;
  readonly length: number;
  /** Share of the tokens that are targets. */
  readonly supervisedShare: number;
  readonly longestSegment?: number;
  readonly microBatches?: number;
  readonly dropout?: number;
  readonly activationCheckpointing?: 'block';
}

const OPTIONS = { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0.1 } as const;

/** A turn of steps takes at least this long. */
const TURN_SECONDS = 1;

const tinyBase = configOf({
  name: '',
  vocabSize: 1024,
  numLayers: 5,
  width: 128,
  numHeads: 4,
  numKvHeads: 2,
  feedForwardWidth: 352,
  length: 256,
});
const llama30M = configOf({
  name: '',
  vocabSize: 32_000,
  numLayers: 10,
  width: 384,
  numHeads: 6,
  numKvHeads: 6,
  feedForwardWidth: 1024,
  length: 512,
});

const WORKLOADS: readonly Workload[] = [
  ...SHAPES.flatMap((shape) =>
    [1, 0.4].map((supervisedShare) => ({
      name: `${shape.name}, ${100 * supervisedShare} %`,
      config: configOf(shape),
      rows: 1,
      length: shape.length,
      supervisedShare,
    })),
  ),
  { name: 'quickstart', config: tinyBase, rows: 2, length: 256, supervisedShare: 0.5, longestSegment: 128 },
  { name: '30M, 512', config: llama30M, rows: 1, length: 512, supervisedShare: 1 },
  {
    name: '30M, 512, 4 micro-batches',
    config: llama30M,
    rows: 1,
    length: 512,
    supervisedShare: 0.4,
    microBatches: 4,
  },
  {
    name: '30M, 4 x 256, block',
    config: llama30M,
    rows: 4,
    length: 256,
    supervisedShare: 0.4,
    activationCheckpointing: 'block',
  },
  {
    name: '15M, dropout',
    config: configOf(SHAPES[1]!),
    rows: 2,
    length: 256,
    supervisedShare: 0.4,
    dropout: 0.1,
  },
];

const { values: given } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, shape: { type: 'string', multiple: true } },
});
const chosen = WORKLOADS.filter(({ name }) => given.shape?.some((part) => name.includes(part)) ?? true);
const backend = await onnxBackend();
console.log(`${backend.description}; seconds, medians of ${given.rounds} rounds`);
for (const workload of chosen) {
  console.log(await compare(workload, Number(given.rounds)));
}

async function compare(workload: Workload, rounds: number): Promise<string> {
  const { config, rows, length, longestSegment, microBatches = 1, activationCheckpointing } = workload;
  const model = decoderModel(config);
  const batch = batchOf(workload);
  const capacity = supervisedCapacity(batch.supervisedTokens, { rows, length });
  const shape: MicroBatchShape = { rows, length, capacity, longestSegment };
  const dropout =
    workload.dropout === undefined ? undefined : new Array<number>(config.numLayers).fill(workload.dropout);
  const options = { ...OPTIONS, dropout, activationCheckpointing };
  const programs = trainingPrograms(model, shape, options);
  const trainer = await Trainer.create(backend, model, initialize(config, 1), shape, {
    ...options,
    programs,
    learningRate: () => 1e-4,
    clip: 1,
    adopt: true,
  });
  const objective = objectiveProgram(model, shape);
  const batches = new Array<Batch>(microBatches).fill(batch);
  const times = {
    predicted: [] as number[],
    measured: [] as number[],
    predicting: [] as number[],
    evaluation: [] as number[],
    evaluated: [] as number[],
  };
  for (let round = 0; round < rounds; round++) {
    await trainer.rest();
    const [predicting, rates] = await timed(() => measureRates(backend, { model, shape, options, programs }));
    times.predicting.push(predicting);
    times.predicted.push(predictStepSeconds(rates!, programs, microBatches));
    times.evaluation.push(predictPassSeconds(rates!, objective));
    if (process.env.RATES) console.log(rates);
    await trainer.update(batches);
    await trainer.update(batches);
    times.measured.push(await turn(() => trainer.update(batches)));
  }
  const [evaluated] = await timed(() => trainer.evaluate(new Array<Batch>(11).fill(batch)));
  const [first] = await timed(() => trainer.evaluate([batch]));
  times.evaluated.push((evaluated - first) / 10);
  await trainer.dispose();
  const median = (name: keyof typeof times) => quantile(times[name], 0.5);
  const column = (value: number) => value.toFixed(3).padStart(8);
  return [
    workload.name.padEnd(28),
    `predicted ${column(median('predicted'))}`,
    `measured ${column(median('measured'))}`,
    `ratio ${(median('predicted') / median('measured')).toFixed(2)}`,
    `(each round ${times.predicted.map((value, i) => (value / times.measured[i]!).toFixed(2)).join(' ')})`,
    `measuring took ${median('predicting').toFixed(1)}`,
    `evaluation ${(median('evaluation') / median('evaluated')).toFixed(2)}`,
    `load ${loadavg()[0]!.toFixed(1)}`,
  ].join('  ');
}

/** Median seconds of a step, over as many as fill a turn. */
async function turn(step: () => Promise<unknown>): Promise<number> {
  const seconds: number[] = [];
  while (seconds.length < 3 || seconds.reduce((sum, one) => sum + one) < TURN_SECONDS) {
    seconds.push((await timed(step))[0]);
  }
  return quantile(seconds, 0.5);
}

async function timed<T>(run: () => Promise<T>): Promise<[seconds: number, result: T]> {
  const start = performance.now();
  const result = await run();
  return [(performance.now() - start) / 1000, result];
}

/** Rows full of segments, the end of each row supervised. */
function batchOf({ config, rows, length, supervisedShare, longestSegment = length }: Workload): Batch {
  const size = rows * length;
  const inRow = Int32Array.from({ length: size }, (_, at) => at % length);
  const ids = inRow.map((_, at) => (at * 7919 + 13) % config.vocabSize);
  const targets = inRow.map((t, at) => (t >= length * (1 - supervisedShare) ? ids[(at + 1) % size]! : -100));
  const supervised = targets.filter((target) => target >= 0).length;
  return {
    rows,
    length,
    inputIds: ids,
    positions: inRow.map((t) => t % longestSegment),
    segmentIds: inRow.map((t) => Math.floor(t / longestSegment)),
    targets,
    weights: Float32Array.from(targets, (target) => (target >= 0 ? 1 : 0)),
    supervisedTokens: supervised,
    supervisedWeight: supervised,
    totalTokens: size,
    examples: [0],
  };
}
