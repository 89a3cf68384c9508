/**
 * A thread of `PreparationPool`: says so when it has loaded the tokenizer, then answers each chunk of examples with
 * its results, in order. What goes wrong is left out of them: the pool prepares it once more, where its errors count.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Example } from '@sftkit/data';
import { packExamples } from './packed-examples.js';
import { type PreparationSetup, restoreSetup } from './preparation-setup.js';
import { type PreparedExample, prepareExample } from './prepare-example.js';

const pool = parentPort as MessagePort;
const options = restoreSetup(workerData as PreparationSetup);

pool.on('message', (examples: readonly Example[]) => {
  const packed = packExamples(examples.map(tryToPrepare));
  const { counts, inputIds, runs, runWeights } = packed;
  pool.postMessage(packed, [counts.buffer, inputIds.buffer, runs.buffer, runWeights.buffer]);
});
pool.postMessage('ready');

function tryToPrepare(example: Example): PreparedExample | undefined {
  try {
    return prepareExample(example, options);
  } catch {
    return undefined;
  }
}
