import type { RaceResult } from './race.js';
import type { Spread } from './statistics.js';

const HEAD = [
  '',
  'step',
  'cpu',
  'tok/s',
  'sup./s',
  'GFLOP/s',
  'product',
  'of product',
  'of machine',
  'peak MiB',
  'first step',
];

/** What was measured, as text for a terminal. */
export function formatTable(result: RaceResult): string {
  const { shape, supervisedShare, rounds, load, systems, failures, ratios } = result;
  const rows = systems.map((system) => [
    system.system,
    `${range(system.secondsPerStep, 1000, 0)} ms`,
    `${(system.cpuSecondsPerStep.median * 1000).toFixed(0)} ms`,
    system.tokensPerSecond.toFixed(0),
    system.supervisedTokensPerSecond.toFixed(0),
    (system.modelFlopsPerSecond / 1e9).toFixed(1),
    (system.productFlopsPerSecond.median / 1e9).toFixed(1),
    percent(system.shareOfProduct),
    percent(system.shareOfMachine),
    (system.peakBytes / 2 ** 20).toFixed(0),
    `${system.secondsToFirstStep.toFixed(1)} s`,
  ]);
  const comparisons = ratios.map(
    ({ to, speed, cpu, product, peakMemory, lossDifference }) =>
      `  ${systems[0]!.system} against ${to}: step ${range(speed, 1, 2)} times as fast (processor time ${range(cpu, 1, 2)}), ` +
      `product ${range(product, 1, 2)}, ${peakMemory.toFixed(2)} of its peak memory, losses differ by ${lossDifference.toExponential(1)}`,
  );
  const loads = load.map((each) => each.toFixed(1)).join(' to ');
  return [
    `${shape}, ${percent(supervisedShare)} supervised, ${rounds} rounds, load ${loads}`,
    ...alignedRows([HEAD, ...rows]),
    ...failures.map(({ system, reason }) => `  ${system}: no figures: ${reason}`),
    ...systems.map(({ system, description }) => `  ${system}: ${description}`),
    ...comparisons,
  ].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** Median and, in brackets, the quartiles. */
function range({ median, lowerQuartile, upperQuartile }: Spread, factor: number, digits: number): string {
  const text = (value: number) => (value * factor).toFixed(digits);
  return `${text(median)} (${text(lowerQuartile)} to ${text(upperQuartile)})`;
}

/** Columns of equal width, everything to the right. */
export function alignedRows(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')}`);
}
