import { type ConformanceResult, conformanceCases, runConformance } from '../src/conformance/index.js';
import { gpuBackend } from '../src/gpu/gpu-backend.js';
import type { GpuMode } from '../src/gpu/gpu-js.js';

/** What a run of the conformance suite in another process or in a browser hands back, as plain data. */
export interface ConformanceReport {
  readonly description: string;
  readonly results: readonly ConformanceResult[];
}

/** Every case, or every so-manieth, and every contract check on one mode. */
export async function conformanceReport(mode: GpuMode, every = 1): Promise<ConformanceReport> {
  const backend = await gpuBackend({ mode });
  const cases = conformanceCases.filter((_, i) => i % every === 0);
  const results = await runConformance(backend, cases);
  await backend.dispose();
  return { description: backend.description, results };
}
