/** The contestant's side of the line protocol that `contestant.ts` speaks. */
import { createInterface } from 'node:readline';
import { peakMemoryBytes } from '@sftkit/trainer/node';

/** A system under test. */
export interface ServedSystem {
  readonly description: string;
  /** One optimizer step. @returns nats per supervised token, before the update */
  step(): Promise<number>;
  /**
   * Prepares the product of ones (rows, inner) x (inner, columns), so that what is timed is the product alone.
   */
  product(rows: number, inner: number, columns: number): Promise<PreparedProduct>;
}

export interface PreparedProduct {
  /** Multiplies once. A GPU may only have been told to. */
  multiply(): Promise<unknown>;
  /** Waits until everything is multiplied, where `multiply` does not. */
  settle?(): Promise<unknown>;
  dispose(): void;
}

/** A rate is taken over about this time; a product alone may take less than the clock's noise. */
const SECONDS_OF_PRODUCTS = 0.2;

/** Answers the questions on the standard input, then ends the process. */
export async function serveContestant(system: ServedSystem): Promise<never> {
  answer({ description: system.description });
  for await (const line of createInterface({ input: process.stdin })) {
    const [question, ...sizes] = line.split(' ');
    if (question === 'end') {
      break;
    }
    try {
      answer(question === 'step' ? await timedStep(system) : await productRate(system, sizes.map(Number)));
    } catch (error) {
      answer({ error: error instanceof Error ? error.message : String(error) });
    }
  }
  answer({ peakBytes: peakMemoryBytes() });
  process.exit(0);
}

function answer(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function timedStep(system: ServedSystem): Promise<object> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const loss = await system.step();
  const { user, system: kernel } = process.cpuUsage(cpu);
  return { loss, seconds: (performance.now() - start) / 1000, cpuSeconds: (user + kernel) / 1e6 };
}

async function productRate(system: ServedSystem, sizes: readonly number[]): Promise<object> {
  const [rows, inner, columns] = sizes as [number, number, number];
  const product = await system.product(rows, inner, columns);
  const run = async (repetitions: number) => {
    const start = performance.now();
    for (let i = 0; i < repetitions; i++) {
      await product.multiply();
    }
    await product.settle?.();
    return (performance.now() - start) / 1000;
  };
  await run(1);
  const repetitions = Math.max(2, Math.ceil(SECONDS_OF_PRODUCTS / (await run(1))));
  const seconds = await run(repetitions);
  product.dispose();
  return { flopsPerSecond: (2 * rows * inner * columns * repetitions) / seconds };
}
