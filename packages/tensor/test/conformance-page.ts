/** Gives a page the conformance suite as a function. */
import { trainingCheck } from '../src/conformance/index.js';
import { describeAdapter } from '../src/gpu/describe-adapter.js';
import { gpuBackend } from '../src/gpu/gpu-backend.js';
import { conformanceReport } from './conformance-report.js';
import { tileBorderCheck } from './tile-border-check.js';

/** What only WebGPU has, and a model trained on it. */
async function webGpuFailures(): Promise<string[]> {
  const backend = await gpuBackend({ mode: 'webgpu' });
  const failures = [...(await tileBorderCheck(backend)), ...(await trainingCheck(backend))];
  await backend.dispose();
  return failures;
}

Object.assign(globalThis, { conformanceReport, describeAdapter, webGpuFailures });
