/** Runs the conformance suite of the built package on the mode named; see dist.test.ts. */
import { gpuBackend } from '@sftkit/tensor';
import { compareOnBackend, conformanceCases } from '@sftkit/tensor/conformance';

const backend = await gpuBackend({ mode: process.argv[2] });
const failures = [];
for (const one of conformanceCases) {
  failures.push(...(await compareOnBackend(one, backend)).failures);
}
await backend.dispose();
console.log(JSON.stringify({ cases: conformanceCases.length, failures }));
