/** Programs that are run for their time alone: parts of a training step, or smaller ones like them. */
import {
  type Backend,
  type Buffer,
  type Executable,
  type NumericArray,
  type Program,
  sizeOf,
  type TensorType,
} from '@sftkit/tensor';
import { type ProgramWork, programWork } from './program-work.js';

/** A compiled program with everything that it reads and writes. */
export interface Sample {
  readonly work: ProgramWork;
  readonly instructions: number;
  /** What compiling took. */
  readonly compileSeconds: number;
  /** Runs the program once and waits until it is done. */
  run(): Promise<void>;
}

type Named<T> = Readonly<Record<string, T>>;

/** Samples on one backend, and their buffers, which are given back together. */
export class Samples {
  readonly backend: Backend;
  readonly #owned: { dispose(): void }[] = [];

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** A buffer full of numbers of the size that weights have: zeros could be quicker. */
  async numbers(type: TensorType): Promise<Buffer> {
    return this.keep(await this.backend.buffer(type, sampleNumbers(sizeOf(type.shape)), { adopt: true }));
  }

  /** A buffer of zeros. */
  async zeros(type: TensorType): Promise<Buffer> {
    return this.keep(await this.backend.buffer(type));
  }

  /** Disposes of something with the samples. */
  keep<T extends { dispose(): void }>(owned: T): T {
    this.#owned.push(owned);
    return owned;
  }

  /**
   * @param inputs by name; names that the program does not have are left out
   * @param into where outputs go, by name, likewise; others come back from each run and are dropped
   */
  async make(program: Program, inputs: Named<Buffer | NumericArray>, into: Named<Buffer>): Promise<Sample> {
    const start = performance.now();
    const executable = this.keep(await this.backend.compile(program));
    const compileSeconds = (performance.now() - start) / 1000;
    const sources = pick(inputs, program.inputs);
    const targets = pick(into, program.outputs);
    return {
      work: programWork(program),
      instructions: program.instructions.length,
      compileSeconds,
      run: () => runAndWait(executable, sources, targets),
    };
  }

  dispose(): void {
    for (const owned of this.#owned.splice(0)) {
      owned.dispose();
    }
  }
}

/** A GPU's run returns before it is done; what it wrote can be read only afterwards. */
async function runAndWait(
  executable: Executable,
  inputs: Named<Buffer | NumericArray>,
  into: Named<Buffer>,
): Promise<void> {
  const returned = Object.values(await executable.run(inputs, into));
  const bySize = [...returned, ...Object.values(into)].toSorted((a, b) => sizeOf(a.shape) - sizeOf(b.shape));
  await bySize[0]?.read({ copy: false });
  for (const buffer of returned) {
    buffer.dispose();
  }
}

function pick<T>(values: Named<T>, names: Named<unknown>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names[name] !== undefined));
}

/** Length after which the numbers repeat. A prime, so that the rows of a matrix differ. */
const PERIOD = 4099;

/** Numbers between -0.05 and 0.05. */
export function sampleNumbers(count: number): Float32Array {
  const numbers = new Float32Array(count);
  for (let i = 0; i < Math.min(PERIOD, count); i++) {
    numbers[i] = 0.05 * Math.sin(i * i);
  }
  for (let filled = PERIOD; filled < count; filled *= 2) {
    numbers.copyWithin(filled, 0, Math.min(filled, count - filled));
  }
  return numbers;
}

const LEAST_ROUNDS = 3;
const MOST_ROUNDS = 15;

/**
 * Runs each sample once to warm up, then all in turn, so that other work on the machine meets all of them.
 * @param seconds after which no further round begins; there are at least three, at most 15
 * @returns median seconds of a run, by the samples' names
 */
export async function medianSeconds<Name extends string>(
  samples: Readonly<Record<Name, Sample>>,
  seconds: number,
): Promise<Record<Name, number>> {
  const start = performance.now();
  const named = Object.entries(samples) as [Name, Sample][];
  const times = new Map(named.map(([name]): [Name, number[]] => [name, []]));
  for (const [, sample] of named) {
    await sample.run();
  }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (round >= LEAST_ROUNDS && performance.now() - start > 1000 * seconds) break;
    for (const [name, sample] of named) {
      const before = performance.now();
      await sample.run();
      times.get(name)!.push((performance.now() - before) / 1000);
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, median(all)])) as Record<Name, number>;
}

/** Of an even number of values, the lower one in the middle. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}
