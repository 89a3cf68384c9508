import type { RaceResult } from './race.js';
import type { Spread } from './statistics.js';

/** What was measured, as text for a terminal. */
export function formatTable({ shape, supervisedShare, rounds, load, systems, ratios }: RaceResult): string {
  const rows = systems.map((system) => [
    system.system,
    `${range(system.secondsPerStep, 1000, 0)} ms`,
    `${(system.cpuSecondsPerStep.median * 1000).toFixed(0)} ms`,
    system.tokensPerSecond.toFixed(0),
    system.supervisedTokensPerSecond.toFixed(0),
    (system.modelFlopsPerSecond / 1e9).toFixed(1),
    (system.productFlopsPerSecond.median / 1e9).toFixed(1),
    (system.peakBytes / 2 ** 20).toFixed(0),
    `${system.secondsToFirstStep.toFixed(1)} s`,
  ]);
  const head = ['', 'step', 'cpu', 'tok/s', 'sup./s', 'GFLOP/s', 'product', 'peak MiB', 'first step'];
  const comparisons = ratios.map(
    ({ to, speed, cpu, peakMemory, lossDifference }) =>
      `  ${systems[0]!.system} against ${to}: ${range(speed, 1, 2)} times as fast (processor time ${range(cpu, 1, 2)}), ` +
      `${peakMemory.toFixed(2)} of its peak memory, losses differ by ${lossDifference.toExponential(1)}`,
  );
  return [
    `${shape}, ${Math.round(supervisedShare * 100)} % supervised, ${rounds} rounds, load ${load.map((each) => each.toFixed(1)).join(' to ')}`,
    ...aligned([head, ...rows]),
    ...comparisons,
  ].join('\n');
}

/** Median and, in brackets, the quartiles. */
function range({ median, lowerQuartile, upperQuartile }: Spread, factor: number, digits: number): string {
  const text = (value: number) => (value * factor).toFixed(digits);
  return `${text(median)} (${text(lowerQuartile)} to ${text(upperQuartile)})`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')}`);
}
