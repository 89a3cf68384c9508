import { availableParallelism } from 'node:os';
import type { Example } from '@sftkit/data';
import { countCharacters } from './count-characters.js';
import { PreparationPool } from './preparation-pool.node.js';
import type { PrepareOptions } from './prepare-example.js';
import type { PreparedChunk, PreparedExamples } from './prepare-here.js';

/**
 * About two seconds of work: a thread that has to load a large vocabulary first pays from there on, and so does each
 * further one.
 */
const CHARACTERS_PER_WORKER = 8_000_000;

export interface PrepareExamplesOptions {
  /** At most, this one included; as many as the machine runs at once when absent. */
  readonly threads?: number | undefined;
  /** Told how many examples are done. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/**
 * On several threads where there is enough to do; the result does not depend on it.
 * @throws {SftError} of the first example that is wrong; one whose mask cannot be exact is only refused
 */
export async function prepareExamples(
  examples: readonly Example[],
  options: PrepareOptions,
  { threads = availableParallelism(), onProgress }: PrepareExamplesOptions = {},
): Promise<PreparedExamples> {
  const characters = examples.reduce((sum, example) => sum + countCharacters(example), 0);
  const pool = new PreparationPool(options, { workers: workersFor(characters, threads) });
  try {
    return await pool.prepare(examples, onProgress);
  } finally {
    await pool.close();
  }
}

export interface PrepareStreamOptions extends PrepareExamplesOptions {
  /** Of all examples, about. Threads are started for what has been read, where that is more. */
  readonly expectedCharacters?: number | undefined;
}

/**
 * Chunk by chunk, in order, with only some of them in memory; see `prepareExamples`.
 * @throws {SftError} of the first example that is wrong, or what reading the examples throws before one is
 */
export async function* prepareStream<T extends { readonly example: Example }>(
  items: AsyncIterable<T>,
  options: PrepareOptions,
  { threads = availableParallelism(), expectedCharacters = 0, onProgress }: PrepareStreamOptions = {},
): AsyncGenerator<PreparedChunk<T>> {
  const pool = new PreparationPool(options, { workers: workersFor(expectedCharacters, threads) });
  let [done, characters] = [0, 0];
  try {
    for await (const chunk of pool.stream(items)) {
      yield chunk;
      done += chunk.items.length;
      characters += chunk.items.reduce((sum, { example }) => sum + countCharacters(example), 0);
      pool.grow(workersFor(characters, threads));
      onProgress?.(done);
    }
  } finally {
    await pool.close();
  }
}

function workersFor(characters: number, threads: number): number {
  return Math.min(threads - 1, Math.floor(characters / CHARACTERS_PER_WORKER));
}
