/**
 * A thread of `PreparationPool`: told how to prepare, it says so when it has loaded the tokenizer, then answers each
 * chunk of examples with its results, in order. What goes wrong is left out of them: the pool prepares it once more,
 * where its errors count.
 */
import { type MessagePort, parentPort } from 'node:worker_threads';
import type { Example } from '@sftkit/data';
import { packExamples } from './packed-examples.js';
import { type PreparationSetup, restoreSetup } from './preparation-setup.js';
import { type PreparedExample, type PrepareOptions, prepareExample } from './prepare-example.js';

const pool = parentPort as MessagePort;

// A message and not `workerData`, which would keep the texts of a large vocabulary as long as the thread lives.
pool.once('message', (setup: PreparationSetup) => {
  const options = restoreSetup(setup);
  pool.on('message', (examples: readonly Example[]) => {
    const packed = packExamples(examples.map((example) => tryToPrepare(example, options)));
    const { counts, inputIds, runs, runWeights } = packed;
    pool.postMessage(packed, [counts.buffer, inputIds.buffer, runs.buffer, runWeights.buffer]);
  });
  pool.postMessage('ready');
});

function tryToPrepare(example: Example, options: PrepareOptions): PreparedExample | undefined {
  try {
    return prepareExample(example, options);
  } catch {
    return undefined;
  }
}
