/** One workload, the systems in turn: what each round says is a ratio, since a loaded machine changes between rounds. */
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { Contestant, type StepAnswer } from './contestant.js';
import { modelFlops } from './model-flops.js';
import type { BenchShape } from './shapes.js';
import { type Spread, spreadOf } from './statistics.js';
import { writeTask } from './task.js';

export interface RaceOptions {
  readonly systems: readonly string[];
  readonly supervisedShare: number;
  readonly rounds: number;
  readonly threads: number;
}

export interface SystemResult {
  readonly system: string;
  readonly description: string;
  readonly secondsPerStep: Spread;
  /** Processor time of a step. */
  readonly cpuSecondsPerStep: Spread;
  readonly tokensPerSecond: number;
  readonly supervisedTokensPerSecond: number;
  readonly modelFlopsPerSecond: number;
  /** Of 512 x 576 x 1536 on this system, between the steps. */
  readonly productFlopsPerSecond: Spread;
  readonly peakBytes: number;
  /** Process start, weights and compilation included. */
  readonly secondsToFirstStep: number;
  /** Nats per supervised token of every step, the first included. */
  readonly losses: readonly number[];
}

export interface RaceResult {
  readonly shape: string;
  readonly supervisedShare: number;
  readonly rounds: number;
  /** Runnable processes, mean of a minute, before and after. */
  readonly load: readonly [before: number, after: number];
  readonly systems: readonly SystemResult[];
  /** Of the first system to each other one: how many times faster its step is, by the clock and by processor time. */
  readonly ratios: readonly {
    readonly to: string;
    readonly speed: Spread;
    readonly cpu: Spread;
    readonly peakMemory: number;
    /** Largest relative difference between the losses of a step. */
    readonly lossDifference: number;
  }[];
}

interface Log {
  readonly steps: StepAnswer[];
  readonly products: number[];
}

export async function race(shape: BenchShape, options: RaceOptions): Promise<RaceResult> {
  const { systems, supervisedShare, rounds, threads } = options;
  const supervisedTokens = Math.round(supervisedShare * shape.length);
  const before = loadavg()[0]!;
  const task = await writeTask(shape, { supervisedTokens, threads });
  try {
    const contestants: Contestant[] = [];
    for (const system of systems) {
      contestants.push(await Contestant.start(system, task));
    }
    const logs = contestants.map((): Log => ({ steps: [], products: [] }));
    for (let round = 0; round < rounds; round++) {
      for (const [index, contestant] of contestants.entries()) {
        logs[index]!.steps.push(await contestant.step());
        logs[index]!.products.push((await contestant.product()).flopsPerSecond);
      }
    }
    const results: SystemResult[] = [];
    for (const [index, contestant] of contestants.entries()) {
      const { peakBytes } = await contestant.end();
      results.push(summary(contestant, logs[index]!, { shape, supervisedTokens, peakBytes }));
    }
    return {
      shape: shape.name,
      supervisedShare,
      rounds,
      load: [before, loadavg()[0]!],
      systems: results,
      ratios: results.slice(1).map((other, index) => compare(results, other, logs, index + 1)),
    };
  } finally {
    await rm(task, { recursive: true, force: true });
  }
}

function summary(
  { system, description, secondsToFirstStep, firstLoss }: Contestant,
  { steps, products }: Log,
  workload: {
    readonly shape: BenchShape;
    readonly supervisedTokens: number;
    readonly peakBytes: number;
  },
): SystemResult {
  const { shape, supervisedTokens, peakBytes } = workload;
  const secondsPerStep = spreadOf(steps.map(({ seconds }) => seconds));
  return {
    system,
    description,
    secondsPerStep,
    cpuSecondsPerStep: spreadOf(steps.map(({ cpuSeconds }) => cpuSeconds)),
    tokensPerSecond: shape.length / secondsPerStep.median,
    supervisedTokensPerSecond: supervisedTokens / secondsPerStep.median,
    modelFlopsPerSecond: modelFlops(shape, supervisedTokens) / secondsPerStep.median,
    productFlopsPerSecond: spreadOf(products),
    peakBytes,
    secondsToFirstStep,
    losses: [firstLoss, ...steps.map(({ loss }) => loss)],
  };
}

function compare(
  results: readonly SystemResult[],
  other: SystemResult,
  logs: readonly Log[],
  at: number,
): RaceResult['ratios'][number] {
  const first = results[0]!;
  const ratio = (time: (answer: StepAnswer) => number) =>
    spreadOf(logs[0]!.steps.map((mine, round) => time(logs[at]!.steps[round]!) / time(mine)));
  return {
    to: other.system,
    speed: ratio(({ seconds }) => seconds),
    cpu: ratio(({ cpuSeconds }) => cpuSeconds),
    peakMemory: first.peakBytes / other.peakBytes,
    lossDifference: Math.max(
      ...first.losses.map((loss, step) => Math.abs(loss - other.losses[step]!) / Math.abs(loss)),
    ),
  };
}
