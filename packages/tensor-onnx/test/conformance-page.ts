/** Gives a page the conformance suite, a small training and programs that fail, as functions. */
import type { Backend } from '@sftkit/tensor';
import { conformanceCases, runConformance, trainingCheck } from '@sftkit/tensor/conformance';
import { type OnnxBackendOptions, onnxBackend } from '@sftkit/tensor-onnx';
import { errorOf, faultyPrograms } from './faulty-programs.js';
import { toleranceOf } from './tolerance-of.js';

let backend: Backend;

/** @returns the backend's description, or why there is none */
async function start(options: OnnxBackendOptions): Promise<string> {
  try {
    backend = await onnxBackend(options);
    return backend.description;
  } catch (error) {
    return String(error);
  }
}

const cases = conformanceCases.map((one) => ({ ...one, tolerance: toleranceOf(one) }));

Object.assign(globalThis, {
  start,
  conformance: () => runConformance(backend, cases),
  trainingFailures: () => trainingCheck(backend),
  errors: () => Promise.all(faultyPrograms.map((faulty) => errorOf(faulty, backend))),
});
