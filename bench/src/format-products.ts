import { alignedRows } from './format-table.js';
import type { ProductsResult } from './race-products.js';

/** TFLOP/s of every size and system, as shares of the peak where it is known and as multiples of the last system. */
export function formatProducts({ sizes, peakFlopsPerSecond, systems }: ProductsResult): string {
  const refusals: string[] = [];
  const head = ['', ...sizes.map(String)];
  const rows = systems.map(({ system, flopsPerSecond }) => [
    system,
    ...flopsPerSecond.map((rate, index) => {
      if (typeof rate === 'string') {
        refusals.push(`  ${sizes[index]}: ${rate}`);
        return '-';
      }
      const share =
        peakFlopsPerSecond === undefined ? '' : ` (${percent(rate.median / peakFlopsPerSecond)} of peak)`;
      return `${(rate.median / 1e12).toFixed(3)}${share}`;
    }),
  ]);
  const [first, ...others] = systems;
  const ratios = others.map(({ system, flopsPerSecond }) => [
    `${first!.system} / ${system}`,
    ...flopsPerSecond.map((theirs, index) => {
      const ours = first!.flopsPerSecond[index]!;
      const known = typeof ours !== 'string' && typeof theirs !== 'string';
      return known ? (ours.median / theirs.median).toFixed(2) : '-';
    }),
  ]);
  return [
    'Square matrix products, float32, TFLOP/s',
    ...alignedRows([head, ...rows, ...ratios]),
    ...refusals,
    ...systems.map(({ system, description }) => `  ${system}: ${description}`),
  ].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
