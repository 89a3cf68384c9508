/** Runs the conformance suite of the built package on the mode named; see dist.test.ts. */
import { gpuBackend } from '@sftkit/tensor';
import { runConformance } from '@sftkit/tensor/conformance';

const backend = await gpuBackend({ mode: process.argv[2] });
console.log(JSON.stringify(await runConformance(backend)));
await backend.dispose();
