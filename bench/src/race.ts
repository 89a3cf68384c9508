/** One workload, the systems in turn: what each round says is a ratio, since a loaded machine changes between rounds. */
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { BenchError } from './bench-error.js';
import { Contestant, type ProductSizes, type StepAnswer } from './contestant.js';
import { modelFlops } from './model-flops.js';
import type { BenchShape } from './shapes.js';
import { type Spread, spreadOf } from './statistics.js';
import type { System } from './systems.js';
import { writeTask } from './task.js';

/** Of the matrix product that stands for what a system and the machine can do. */
const PRODUCT: ProductSizes = [512, 576, 1536];

/**
 * Largest relative difference between two systems' losses of the same step. Float32 sums in another order differ by
 * 1e-6 at most in these few steps; another step, by far more.
 */
const SAME_LOSS = 1e-4;

/**
 * A turn is one step, or as many as this takes: single steps of 50 ms differ by a factor of three where two systems'
 * threads meet the machine's other work.
 */
const TURN_SECONDS = 0.5;

/**
 * Before each turn: threads that have worked wait awake for a while, OpenBLAS's for 2^26 cycles (27 ms at 2.45 GHz),
 * and would take a processor from the next system.
 */
const SLEEP_MS = 100;

export interface RaceOptions {
  readonly systems: readonly System[];
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
  /** Model FLOP/s as a share of this system's own rate of products. */
  readonly shareOfProduct: number;
  /** Model FLOP/s as a share of the highest rate of products that any system of this race reached. */
  readonly shareOfMachine: number;
  readonly peakBytes: number;
  /** Process start, weights and compilation included. */
  readonly secondsToFirstStep: number;
  /** Nats per supervised token of every step, the first included; a quicker system makes more of them. */
  readonly losses: readonly number[];
}

export interface RaceResult {
  readonly shape: string;
  readonly supervisedShare: number;
  readonly rounds: number;
  /** Runnable processes, mean of a minute, before and after. */
  readonly load: readonly [before: number, after: number];
  readonly systems: readonly SystemResult[];
  /** Systems that made no step, or not the same step, and why. */
  readonly failures: readonly { readonly system: string; readonly reason: string }[];
  /** Of the first system to each other one: how many times faster its step is, by the clock and by processor time. */
  readonly ratios: readonly {
    readonly to: string;
    readonly speed: Spread;
    readonly cpu: Spread;
    /** How many times faster its product of 512 x 576 x 1536 is. */
    readonly product: Spread;
    readonly peakMemory: number;
    /** Largest relative difference between the losses of a step. */
    readonly lossDifference: number;
  }[];
}

/** The steps that a system makes before the next one's turn. */
interface Turn {
  /** Nats per supervised token, of each step. */
  readonly losses: readonly number[];
  /** Of a step, on average. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

interface Log {
  readonly turns: Turn[];
  readonly products: number[];
}

/** @throws {BenchError} if no system can run, or if one breaks off after its first step */
export async function race(shape: BenchShape, options: RaceOptions): Promise<RaceResult> {
  const { systems, supervisedShare, rounds, threads } = options;
  const supervisedTokens = Math.round(supervisedShare * shape.length);
  const before = loadavg()[0]!;
  const task = await writeTask(shape, { supervisedTokens, threads });
  const contestants: Contestant[] = [];
  try {
    const failures = await startAll(systems, task, contestants);
    const logs = contestants.map((): Log => ({ turns: [], products: [] }));
    for (let round = 0; round < rounds; round++) {
      for (const [index, contestant] of contestants.entries()) {
        await setTimeout(SLEEP_MS);
        logs[index]!.turns.push(await takeTurn(contestant));
        logs[index]!.products.push((await contestant.product(PRODUCT)).flopsPerSecond);
      }
    }
    const machineRate = Math.max(...logs.map(({ products }) => spreadOf(products).median));
    const results: SystemResult[] = [];
    for (const [index, contestant] of contestants.entries()) {
      const { peakBytes } = await contestant.end();
      const workload = { shape, supervisedTokens, peakBytes, machineRate };
      results.push(summary(contestant, logs[index]!, workload));
    }
    const ratios = results.slice(1).map((other, index) => compare(results, other, logs, index + 1));
    const wrong = ratios.filter(({ lossDifference }) => !(lossDifference <= SAME_LOSS));
    return {
      shape: shape.name,
      supervisedShare,
      rounds,
      load: [before, loadavg()[0]!],
      systems: results.filter(({ system }) => !wrong.some(({ to }) => to === system)),
      failures: [
        ...failures,
        ...wrong.map(({ to, lossDifference }) => ({
          system: to,
          reason: `its losses differ by ${lossDifference.toExponential(1)} from those of ${results[0]!.system}: not the same step`,
        })),
      ],
      ratios: ratios.filter((ratio) => !wrong.includes(ratio)),
    };
  } finally {
    for (const contestant of contestants) {
      contestant.kill();
    }
    await rm(task, { recursive: true, force: true });
  }
}

/** Fills `contestants` with those that made a step. @returns the others */
async function startAll(
  systems: readonly System[],
  task: string,
  contestants: Contestant[],
): Promise<RaceResult['failures']> {
  const failures: { system: string; reason: string }[] = [];
  for (const system of systems) {
    try {
      contestants.push(await Contestant.start(system, task));
    } catch (error) {
      if (!(error instanceof BenchError)) throw error;
      failures.push({ system: system.name, reason: error.message });
    }
  }
  if (contestants.length === 0) {
    throw new BenchError(`no system made a step: ${failures.map(({ reason }) => reason).join('; ')}`);
  }
  return failures;
}

async function takeTurn(contestant: Contestant): Promise<Turn> {
  const steps: StepAnswer[] = [];
  const total = (time: (step: StepAnswer) => number) => steps.reduce((sum, step) => sum + time(step), 0);
  do {
    steps.push(await contestant.step());
  } while (total(({ seconds }) => seconds) < TURN_SECONDS);
  return {
    losses: steps.map(({ loss }) => loss),
    seconds: total(({ seconds }) => seconds) / steps.length,
    cpuSeconds: total(({ cpuSeconds }) => cpuSeconds) / steps.length,
  };
}

function summary(
  { name, description, secondsToFirstStep, firstLoss }: Contestant,
  { turns, products }: Log,
  workload: {
    readonly shape: BenchShape;
    readonly supervisedTokens: number;
    readonly peakBytes: number;
    readonly machineRate: number;
  },
): SystemResult {
  const { shape, supervisedTokens, peakBytes, machineRate } = workload;
  const secondsPerStep = spreadOf(turns.map(({ seconds }) => seconds));
  const productFlopsPerSecond = spreadOf(products);
  const modelFlopsPerSecond = modelFlops(shape, supervisedTokens) / secondsPerStep.median;
  return {
    system: name,
    description,
    secondsPerStep,
    cpuSecondsPerStep: spreadOf(turns.map(({ cpuSeconds }) => cpuSeconds)),
    tokensPerSecond: shape.length / secondsPerStep.median,
    supervisedTokensPerSecond: supervisedTokens / secondsPerStep.median,
    modelFlopsPerSecond,
    productFlopsPerSecond,
    shareOfProduct: modelFlopsPerSecond / productFlopsPerSecond.median,
    shareOfMachine: modelFlopsPerSecond / machineRate,
    peakBytes,
    secondsToFirstStep,
    losses: [firstLoss, ...turns.flatMap(({ losses }) => losses)],
  };
}

function compare(
  results: readonly SystemResult[],
  other: SystemResult,
  logs: readonly Log[],
  at: number,
): RaceResult['ratios'][number] {
  const first = results[0]!;
  const ratio = (time: (turn: Turn) => number) =>
    spreadOf(logs[0]!.turns.map((mine, round) => time(logs[at]!.turns[round]!) / time(mine)));
  const both = Math.min(first.losses.length, other.losses.length); // steps that both have made
  return {
    to: other.system,
    speed: ratio(({ seconds }) => seconds),
    cpu: ratio(({ cpuSeconds }) => cpuSeconds),
    product: spreadOf(logs[0]!.products.map((mine, round) => mine / logs[at]!.products[round]!)),
    peakMemory: first.peakBytes / other.peakBytes,
    lossDifference: Math.max(
      ...first.losses
        .slice(0, both)
        .map((loss, step) => Math.abs(loss - other.losses[step]!) / Math.abs(loss)),
    ),
  };
}
