/** Whole numbers counted in bins of one round width. */

export interface Bin {
  /** The bin holds `from` to `to`, both included. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export type Histogram = readonly Bin[];

/**
 * @returns at most `most` bins from the smallest value on, empty ones between them included, and one more for the
 *   few values that are far above all others: they would press the rest into one bin
 */
export function histogram(values: readonly number[], most = 12): Histogram {
  if (values.length === 0) return [];
  const sorted = [...values].sort((a, b) => a - b);
  const [low, highest] = [sorted[0]!, sorted.at(-1)!];
  const usual = sorted[Math.ceil(0.98 * (sorted.length - 1))]!;
  const high = highest > 2 * usual ? usual : highest;
  const width = roundWidth(low, high, most);
  const first = Math.floor(low / width);
  const counts = new Array<number>(Math.floor(high / width) - first + 1).fill(0);
  const end = (first + counts.length) * width;
  for (const value of sorted) {
    if (value < end) counts[Math.floor(value / width) - first]! += 1;
  }
  const bins = counts.map((count, at) => {
    const from = (first + at) * width;
    return { from, to: from + width - 1, count };
  });
  const above = sorted.filter((value) => value >= end).length;
  return above === 0 ? bins : [...bins, { from: end, to: highest, count: above }];
}

/** The smallest of 1, 2, 5, 10, 20, 50 … with which the values fill no more than `most` bins. */
function roundWidth(low: number, high: number, most: number): number {
  for (let power = 1; ; power *= 10) {
    for (const width of [power, 2 * power, 5 * power]) {
      if (Math.floor(high / width) - Math.floor(low / width) < most) return width;
    }
  }
}
