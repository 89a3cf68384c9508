import { compareOnBackend, conformanceCases, contractChecks } from '../src/conformance/index.js';
import { gpuBackend } from '../src/gpu/gpu-backend.js';
import type { GpuMode } from '../src/gpu/gpu-js.js';

/** What a run of the conformance suite in another process or in a browser hands back, as plain data. */
export interface ConformanceReport {
  readonly description: string;
  readonly results: readonly {
    readonly name: string;
    readonly failures: readonly string[];
    readonly valueError: number;
    readonly gradientError: number;
  }[];
  readonly milliseconds: number;
}

/** Runs every case, or every so-manieth, and every contract check on one mode. */
export async function conformanceReport(mode: GpuMode, every = 1): Promise<ConformanceReport> {
  const start = performance.now();
  const backend = await gpuBackend({ mode });
  const results: ConformanceReport['results'][number][] = [];
  for (const one of conformanceCases.filter((_, i) => i % every === 0)) {
    const failed = { failures: [] as string[], valueError: 0, gradientError: 0 };
    const compared = await compareOnBackend(one, backend).catch((error: unknown) => ({
      ...failed,
      failures: [String(error)],
    }));
    results.push({ name: one.name, ...compared });
  }
  for (const { name, check } of contractChecks) {
    const failures: string[] = [];
    await check(backend).catch((error: unknown) => failures.push(String(error)));
    results.push({ name, failures, valueError: 0, gradientError: 0 });
  }
  const { description } = backend;
  await backend.dispose();
  return { description, results, milliseconds: performance.now() - start };
}
