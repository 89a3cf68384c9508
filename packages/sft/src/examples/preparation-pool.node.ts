/**
 * Examples prepared on several threads: the same results in the same order, and the same error, as on one. The
 * examples are cut into chunks, and whoever has nothing to do takes the next one: this thread from the first moment,
 * each other one as soon as it has loaded the tokenizer.
 */
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Example } from '@sftkit/data';
import { SftError } from '../sft-error.js';
import { countCharacters } from './count-characters.js';
import { type PackedExamples, unpackExamples } from './packed-examples.js';
import { describeSetup, type PreparationSetup } from './preparation-setup.js';
import {
  type PreparedExample,
  type PreparedExamples,
  type PrepareOptions,
  prepareHere,
} from './prepare-example.js';
import type { RefusedExample } from './refusal.js';

/** Some 15 ms of work: nobody waits long for the last chunk, nor for an answer of this thread. */
const CHUNK_CHARACTERS = 2 ** 16;

export class PreparationPool {
  readonly #options: PrepareOptions;
  readonly #threads: readonly PreparationThread[];

  /** @param workers threads besides this one; each loads the tokenizer for itself, which takes about a second */
  constructor(options: PrepareOptions, { workers }: { readonly workers: number }) {
    this.#options = options;
    const setup = workers === 0 ? undefined : describeSetup(options);
    this.#threads = Array.from({ length: workers }, () => new PreparationThread(setup!));
  }

  /** Resolves when every thread has loaded the tokenizer; `prepare` need not wait for it. */
  async ready(): Promise<void> {
    await Promise.all(this.#threads.map(({ ready }) => ready));
  }

  /**
   * @param onProgress told how many examples are done
   * @throws {SftError} of the first example that is wrong, or if a thread breaks off; an example whose mask cannot be
   *   exact is only refused
   */
  async prepare(
    examples: readonly Example[],
    onProgress: (done: number) => void = () => undefined,
  ): Promise<PreparedExamples> {
    const chunks = chunksOf(examples);
    const results: PreparedExamples[] = [];
    let next = 0;
    let done = 0;
    let failure: { readonly chunk: number; readonly error: unknown } | undefined;
    const fail = (chunk: number, error: unknown) => {
      if (failure === undefined || chunk < failure.chunk) failure = { chunk, error };
    };
    const work = async (prepare: (chunk: readonly Example[]) => Promise<PreparedExamples>) => {
      // Chunks are taken in order: when one fails, those before it are done or under way, and are waited for.
      while (next < chunks.length && failure === undefined) {
        const at = next;
        next += 1;
        try {
          results[at] = await prepare(chunks[at]!);
          done += chunks[at]!.length;
          onProgress(done);
        } catch (error) {
          fail(at, error);
        }
      }
    };
    const working: Promise<void>[] = [];
    for (const thread of this.#threads) {
      const prepare = async (chunk: readonly Example[]) => this.#complete(await thread.prepare(chunk), chunk);
      thread.ready.then(
        // Two at a time: while one is on its way, the other keeps the thread busy.
        () => working.push(work(prepare), work(prepare)),
        (error: unknown) => fail(0, error),
      );
    }
    await work(async (chunk) => {
      await setImmediate(); // for the answers of the other threads
      return prepareHere(chunk, this.#options);
    });
    await Promise.all(working);
    if (failure !== undefined) throw failure.error;
    return {
      prepared: results.flatMap(({ prepared }) => prepared),
      refused: results.flatMap(({ refused }) => refused),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  /** What a thread could not prepare is prepared here: the errors are those that one thread would have had. */
  #complete(packed: PackedExamples, chunk: readonly Example[]): PreparedExamples {
    const prepared: PreparedExample[] = [];
    const refused: RefusedExample[] = [];
    for (const [index, one] of unpackExamples(packed, chunk).entries()) {
      if (one !== undefined) {
        prepared.push(one);
        continue;
      }
      const again = prepareHere(chunk.slice(index, index + 1), this.#options);
      prepared.push(...again.prepared);
      refused.push(...again.refused);
    }
    return { prepared, refused };
  }
}

/** A worker that answers messages in the order in which they came. */
class PreparationThread {
  /** The first answer: the tokenizer is loaded. */
  readonly ready: Promise<unknown>;
  readonly #worker: Worker;
  readonly #waiting: { resolve(answer: unknown): void; reject(error: Error): void }[] = [];
  #failure: SftError | undefined;

  constructor(setup: PreparationSetup) {
    this.#worker = startWorker(setup);
    this.#worker.on('message', (answer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (cause) => {
      this.#failure = new SftError(
        `a thread that prepares examples broke off: ${cause.message}; set threads to 1`,
        { cause },
      );
      for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
    });
    this.ready = this.#answer();
    // Whoever needs the thread learns it from `prepare`.
    this.ready.catch(() => undefined);
  }

  prepare(examples: readonly Example[]): Promise<PackedExamples> {
    this.#worker.postMessage(examples);
    return this.#answer() as Promise<PackedExamples>;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #answer(): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
}

/**
 * Built, the worker is JavaScript beside this file. From source (tests, bench) its thread registers a loader first, the
 * one of this package: what `eval` imports by name is looked up from the working directory.
 */
function startWorker(workerData: PreparationSetup): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./preparation-worker.node.js', import.meta.url), { workerData });
  }
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const worker = JSON.stringify(new URL('./preparation-worker.node.ts', import.meta.url));
  const start = `import(${loader}).then(({ register }) => { register(); return import(${worker}); })`;
  return new Worker(start, { eval: true, workerData, execArgv: ['--conditions=@sftkit/source'] });
}

function chunksOf(examples: readonly Example[]): Example[][] {
  const chunks: Example[][] = [];
  let room = 0;
  for (const example of examples) {
    if (room <= 0) {
      chunks.push([]);
      room = CHUNK_CHARACTERS;
    }
    chunks.at(-1)!.push(example);
    room -= countCharacters(example);
  }
  return chunks;
}
