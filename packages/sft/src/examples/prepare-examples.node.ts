import { availableParallelism } from 'node:os';
import type { Example } from '@sftkit/data';
import { countCharacters } from './count-characters.js';
import { PreparationPool } from './preparation-pool.node.js';
import type { PreparedExamples, PrepareOptions } from './prepare-example.js';

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
  const workers = Math.min(threads - 1, Math.floor(characters / CHARACTERS_PER_WORKER));
  const pool = new PreparationPool(options, { workers });
  try {
    return await pool.prepare(examples, onProgress);
  } finally {
    await pool.close();
  }
}
