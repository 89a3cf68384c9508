/** Gives a page the conformance suite, a small training and programs that fail, as functions. */
import type { Backend } from '@sftkit/tensor';
import { compareOnBackend, conformanceCases, contractChecks } from '@sftkit/tensor/conformance';
import { type OnnxBackendOptions, onnxBackend } from '@sftkit/tensor-onnx';
import { errorOf, faultyPrograms } from './faulty-programs.js';
import { toleranceOf } from './tolerance-of.js';
import { trainingSteps } from './training-steps.js';

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

/** Every case and every contract check: one line for each that fails. */
async function conformanceFailures(): Promise<string[]> {
  const failures: string[] = [];
  for (const one of conformanceCases) {
    const compared = compareOnBackend({ ...one, tolerance: toleranceOf(one) }, backend);
    const lines = await compared.then(
      (comparison) => comparison.failures,
      (error: unknown) => [String(error)],
    );
    failures.push(...lines.map((line) => `${one.name}: ${line}`));
  }
  for (const { name, check } of contractChecks) {
    await check(backend).catch((error: unknown) => failures.push(`${name}: ${error}`));
  }
  return failures;
}

Object.assign(globalThis, {
  start,
  conformanceFailures,
  losses: () => trainingSteps(backend),
  errors: () => Promise.all(faultyPrograms.map((faulty) => errorOf(faulty, backend))),
});
