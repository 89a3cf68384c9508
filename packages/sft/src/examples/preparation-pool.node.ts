/**
 * Examples prepared on several threads: the same results in the same order, and the same error, as on one. The
 * examples are cut into chunks, and whoever has nothing to do takes the next one: this thread from the first moment,
 * each other one as soon as it has loaded the tokenizer. Only some chunks are in memory at once.
 */
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Example } from '@sftkit/data';
import { SftError } from '../sft-error.js';
import { countCharacters } from './count-characters.js';
import { type PackedExamples, unpackExamples } from './packed-examples.js';
import { describeSetup, type PreparationSetup } from './preparation-setup.js';
import { PreparationTask } from './preparation-task.js';
import type { PrepareOptions } from './prepare-example.js';
import {
  type PreparationResult,
  type PreparedChunk,
  type PreparedExamples,
  prepareChunk,
  separate,
} from './prepare-here.js';

/** Some 15 ms of work: nobody waits long for the last chunk, nor for an answer of this thread. */
const CHUNK_CHARACTERS = 2 ** 16;

/** What an example counts besides its characters, so that a chunk of empty ones has an end. */
const EXAMPLE_CHARACTERS = 32;

/** Chunks that one thread is given at a time: while one is on its way, the other keeps the thread busy. */
const IN_FLIGHT = 2;

/** Chunks in memory for each further thread: a slow one does not stop the others. */
const CHUNKS_PER_THREAD = 4;

export class PreparationPool {
  readonly #options: PrepareOptions;
  readonly #threads: PreparationThread[] = [];

  /** @param workers threads besides this one; each loads the tokenizer for itself, which takes about a second */
  constructor(options: PrepareOptions, { workers }: { readonly workers: number }) {
    this.#options = options;
    this.grow(workers);
  }

  /** Starts threads until there are `workers` besides this one. */
  grow(workers: number): void {
    if (this.#threads.length >= workers) return;
    const setup = describeSetup(this.#options);
    while (this.#threads.length < workers) this.#threads.push(new PreparationThread(setup));
  }

  /** Resolves when every thread has loaded the tokenizer; nothing need wait for it. */
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
    const results: PreparationResult[] = [];
    const items = examples.map((example) => ({ example }));
    for await (const chunk of this.stream(items)) {
      for (const result of chunk.results) results.push(result);
      onProgress(results.length);
    }
    return separate(results);
  }

  /**
   * Chunk by chunk, in order. Only as many items are read ahead as the threads need.
   * @throws {SftError} as `prepare`, and what reading the items throws: whichever comes first in their order
   */
  async *stream<T extends { readonly example: Example }>(
    items: AsyncIterable<T> | Iterable<T>,
  ): AsyncGenerator<PreparedChunk<T>> {
    const chunks = chunksOf(items);
    // In order; the first ones may be under way or done.
    const tasks: PreparationTask<T>[] = [];
    let isEnd = false;
    try {
      for (;;) {
        while (!isEnd && tasks.length <= CHUNKS_PER_THREAD * this.#threads.length) {
          const task = await nextTask(chunks);
          if (task === undefined) isEnd = true;
          else tasks.push(task);
          this.#feed(tasks);
        }
        const first = tasks[0];
        if (first === undefined) return;
        if (!first.isDone) await this.#work(tasks, first);
        if (!first.isDone) continue;
        const results = first.results();
        tasks.shift();
        yield { items: first.items, results };
      }
    } finally {
      tasks.length = 0;
      await chunks.return(undefined);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  /** Prepares one chunk on this thread; where none is left, waits for the first. */
  async #work(tasks: readonly PreparationTask<Item>[], first: PreparationTask<Item>): Promise<void> {
    await setImmediate(); // for the answers of the other threads
    const broken = this.#threads.find(({ failure }) => failure !== undefined);
    if (broken !== undefined) throw broken.failure;
    this.#feed(tasks);
    const task = tasks.find(({ isTaken }) => !isTaken);
    if (task === undefined) await first.done;
    else task.run((examples) => prepareChunk(examples, this.#options));
  }

  /** Gives each thread that has nothing to do the next chunks that nobody has taken. */
  #feed(tasks: readonly PreparationTask<Item>[]): void {
    for (const thread of this.#threads) {
      while (thread.isReady && thread.inFlight < IN_FLIGHT) {
        const task = tasks.find(({ isTaken }) => !isTaken);
        if (task === undefined) return;
        void task
          .runLater(async (examples) => this.#complete(await thread.prepare(examples), examples))
          .then(() => this.#feed(tasks));
      }
    }
  }

  /** What a thread could not prepare is prepared here: the errors are those that one thread would have had. */
  #complete(packed: PackedExamples, examples: readonly Example[]): PreparationResult[] {
    return unpackExamples(packed, examples).map(
      (one, index) => one ?? prepareChunk(examples.slice(index, index + 1), this.#options)[0]!,
    );
  }
}

interface Item {
  readonly example: Example;
}

/** A worker that answers messages in the order in which they came. */
class PreparationThread {
  /** The first answer: the tokenizer is loaded. */
  readonly ready: Promise<unknown>;
  readonly #worker: Worker;
  readonly #waiting: { resolve(answer: unknown): void; reject(error: Error): void }[] = [];
  #isReady = false;
  #failure: SftError | undefined;

  constructor(setup: PreparationSetup) {
    this.#worker = startWorker();
    this.#worker.on('message', (answer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (cause) => {
      this.#failure = new SftError(
        `a thread that prepares examples broke off: ${cause.message}; set threads to 1`,
        { cause },
      );
      for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
    });
    this.#worker.postMessage(setup);
    this.ready = this.#answer();
    this.ready.then(
      () => {
        this.#isReady = true;
      },
      () => undefined, // whoever needs the thread sees `failure`
    );
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Chunks that it has not answered yet. */
  get inFlight(): number {
    return this.#waiting.length;
  }

  /** Why it broke off. */
  get failure(): SftError | undefined {
    return this.#failure;
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
function startWorker(): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./preparation-worker.node.js', import.meta.url));
  }
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const worker = JSON.stringify(new URL('./preparation-worker.node.ts', import.meta.url));
  const start = `import(${loader}).then(({ register }) => { register(); return import(${worker}); })`;
  return new Worker(start, { eval: true, execArgv: ['--conditions=@sftkit/source'] });
}

/** Where reading fails, what was read before comes first. */
async function* chunksOf<T extends Item>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  let room = CHUNK_CHARACTERS;
  try {
    for await (const item of items) {
      chunk.push(item);
      room -= countCharacters(item.example) + EXAMPLE_CHARACTERS;
      if (room > 0) continue;
      yield chunk;
      [chunk, room] = [[], CHUNK_CHARACTERS];
    }
  } catch (error) {
    if (chunk.length > 0) yield chunk;
    throw error;
  }
  if (chunk.length > 0) yield chunk;
}

/** Undefined at the end; where reading fails, a task that has failed. */
async function nextTask<T extends Item>(
  chunks: AsyncGenerator<T[]>,
): Promise<PreparationTask<T> | undefined> {
  try {
    const { value, done } = await chunks.next();
    return done === true ? undefined : new PreparationTask(value);
  } catch (error) {
    return PreparationTask.failed(error);
  }
}
