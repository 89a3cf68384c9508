/** Square matrix products of growing size, the systems in turn. */
import { rm } from 'node:fs/promises';
import { BenchError } from './bench-error.js';
import { Contestant } from './contestant.js';
import { SHAPES } from './shapes.js';
import { type Spread, spreadOf } from './statistics.js';
import type { System } from './systems.js';
import { writeTask } from './task.js';

const SIZES = [256, 512, 1024, 2048, 4096, 8192];
const ROUNDS = 5;

export interface ProductsOptions {
  readonly threads: number;
  /** Of the device, in float32. */
  readonly peakFlopsPerSecond: number | undefined;
  readonly sizes?: readonly number[];
}

export interface ProductsResult {
  readonly sizes: readonly number[];
  readonly peakFlopsPerSecond: number | undefined;
  readonly systems: readonly {
    readonly system: string;
    readonly description: string;
    /** One entry for each size; what the system said where it cannot. */
    readonly flopsPerSecond: readonly (Spread | string)[];
  }[];
}

/** Systems that are missing here are left out. */
export async function raceProducts(
  systems: readonly System[],
  { threads, peakFlopsPerSecond, sizes = SIZES }: ProductsOptions,
): Promise<ProductsResult> {
  // A contestant begins with a step; the smallest will do.
  const task = await writeTask(SHAPES[0]!, { supervisedTokens: SHAPES[0]!.length, threads });
  const contestants: Contestant[] = [];
  try {
    for (const system of systems) {
      if ((await system.missing()) === undefined) {
        contestants.push(await Contestant.start(system, task));
      }
    }
    const rates: (Spread | string)[][] = contestants.map(() => []);
    for (const size of sizes) {
      for (const [index, rate] of (await ratesOf(size, contestants)).entries()) {
        rates[index]!.push(rate);
      }
    }
    return {
      sizes,
      peakFlopsPerSecond,
      systems: contestants.map(({ name, description }, index) => ({
        system: name,
        description,
        flopsPerSecond: rates[index]!,
      })),
    };
  } finally {
    for (const contestant of contestants) {
      contestant.kill();
    }
    await rm(task, { recursive: true, force: true });
  }
}

async function ratesOf(size: number, contestants: readonly Contestant[]): Promise<(Spread | string)[]> {
  const measured = contestants.map((): number[] => []);
  const refusals = new Map<number, string>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, contestant] of contestants.entries()) {
      if (refusals.has(index)) continue;
      try {
        measured[index]!.push((await contestant.product([size, size, size])).flopsPerSecond);
      } catch (error) {
        if (!(error instanceof BenchError)) throw error;
        refusals.set(index, error.message);
      }
    }
  }
  return measured.map((rates, index) => refusals.get(index) ?? spreadOf(rates));
}
