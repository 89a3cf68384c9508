/**
 * Gives Node as much of a browser's `Worker` as jax-js uses, over worker threads: a blob URL, messages, errors. To be
 * imported before jax-js, which looks for it when it is loaded.
 */
import { resolveObjectURL } from 'node:buffer';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Makes the worker's own scope look like a browser's. */
const PRELUDE = `
const { parentPort } = require('node:worker_threads');
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => self.onmessage({ data }));
`;

class WorkerForNode {
  onmessage: ((event: { readonly data: unknown }) => void) | undefined;
  onerror: ((error: Error) => void) | undefined;
  readonly #worker: Promise<Worker>;

  constructor(url: string) {
    this.#worker = this.#start(url);
  }

  postMessage(message: unknown): void {
    this.#worker.then((worker) => worker.postMessage(message));
  }

  async #start(url: string): Promise<Worker> {
    const source = await resolveObjectURL(url)!.text();
    const worker = new Worker(`${PRELUDE}${source}`, { eval: true, execArgv: [] });
    worker.on('message', (data) => this.onmessage?.({ data }));
    worker.on('error', (error) => this.onerror?.(error));
    return worker;
  }
}

Object.assign(globalThis, {
  Worker: WorkerForNode,
  // Sizes its pool of workers.
  navigator: { hardwareConcurrency: availableParallelism() },
});
