import type { Backend } from '../backend.js';
import { compareOnBackend } from './compare-on-backend.js';
import { conformanceCases } from './conformance-cases.js';
import { contractChecks } from './contract-checks.js';

/** Plain data: it may come from another process or from a page. */
export interface ConformanceResult {
  readonly name: string;
  /** One line each; none where the backend is right. */
  readonly failures: readonly string[];
}

/** Compares every case and makes every contract check, where there is no test runner that does it. */
export async function runConformance(
  backend: Backend,
  cases = conformanceCases,
): Promise<ConformanceResult[]> {
  const attempts = [
    ...cases.map((one) => ({
      name: one.name,
      attempt: async () => (await compareOnBackend(one, backend)).failures,
    })),
    ...contractChecks.map(({ name, check }) => ({
      name,
      attempt: () => check(backend).then(() => []),
    })),
  ];
  const results: ConformanceResult[] = [];
  for (const { name, attempt } of attempts) {
    results.push({ name, failures: await attempt().catch((error: unknown) => [String(error)]) });
  }
  return results;
}
