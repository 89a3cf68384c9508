/** `metrics.jsonl`: one line for each step and each evaluation, flushed as it happens. */
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, rename, rm, writeFile } from 'node:fs/promises';

/** One line. Every line has a step; the other keys depend on what happened. */
export type MetricsLine = Readonly<Record<string, unknown>> & { readonly step: number };

/**
 * Appends lines to a file of metrics. When a run is resumed at `fromStep`, lines of later steps are dropped
 * first: those steps are about to be made again.
 */
export async function metricsFile(
  path: string,
  { fromStep }: { readonly fromStep: number },
): Promise<{ append(line: MetricsLine): Promise<void> }> {
  const kept = existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => stepOf(line) <= fromStep)
    : [];
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, kept.map((line) => `${line}\n`).join(''));
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw cause;
  }
  return { append: (line) => appendFile(path, `${JSON.stringify(line)}\n`) };
}

/** Infinity for a line that was cut by a crash. */
function stepOf(line: string): number {
  try {
    const { step } = JSON.parse(line) as { step?: unknown };
    return typeof step === 'number' ? step : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
