import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { drawChart } from './draw-chart.js';
import type { RaceResult } from './race.js';
import type { ProductsResult } from './race-products.js';
import type { ThroughputResult } from './throughput.js';

/** All that one run of the bench found. */
export interface Report {
  /** ISO 8601 */
  readonly date: string;
  readonly machine: Machine;
  /** Why systems that are usually raced were not. */
  readonly leftOut: readonly string[];
  readonly results: readonly RaceResult[];
  /** On a hardware GPU. */
  readonly products: ProductsResult | undefined;
  /** With `--throughput`. */
  readonly throughput: ThroughputResult | undefined;
}

export interface Machine {
  readonly cpu: string;
  readonly threads: number;
  /** Its name, where the GPU was measured. */
  readonly gpu: string | undefined;
  readonly node: string;
}

const RESULTS = join(import.meta.dirname, '..', 'results');

/**
 * Writes `<date>-<machine>.json` (`…-throughput.json`, where that was measured), and `latest.svg` if this was a race against PyTorch on the CPU: the picture that the
 * front page shows.
 * @returns paths relative to the working directory
 */
export async function writeReport(report: Report): Promise<string[]> {
  const { date, machine } = report;
  await mkdir(RESULTS, { recursive: true });
  const slug = `${machine.gpu ?? machine.cpu}-${machine.threads}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const part = report.throughput === undefined ? '' : '-throughput';
  const path = join(RESULTS, `${date.slice(0, 10)}-${slug}${part}.json`);
  await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`);
  const paths = [path];
  if (report.results.some(({ ratios }) => ratios.some(({ to }) => to === 'torch'))) {
    paths.push(join(RESULTS, 'latest.svg'));
    await writeFile(paths.at(-1)!, drawChart(report));
  }
  return paths.map((each) => relative('.', each));
}
