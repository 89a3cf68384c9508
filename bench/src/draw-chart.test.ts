import { expect, test } from 'vitest';
import { drawChart } from './draw-chart.js';
import type { RaceResult } from './race.js';

const spread = (median: number) => ({ median, lowerQuartile: median, upperQuartile: median });

function raceOf(to: string, step: number, product: number): RaceResult {
  const system = (name: string) => ({
    system: name,
    description: `${name} <1.0>`,
    secondsPerStep: spread(1),
    cpuSecondsPerStep: spread(1),
    tokensPerSecond: 1,
    supervisedTokensPerSecond: 1,
    modelFlopsPerSecond: 1,
    productFlopsPerSecond: spread(1),
    shareOfProduct: 1,
    shareOfMachine: 1,
    peakBytes: 1,
    secondsToFirstStep: 1,
    losses: [1],
  });
  return {
    shape: '15M',
    supervisedShare: 0.4,
    rounds: 3,
    load: [0, 0],
    systems: [system('onnx'), system(to)],
    failures: [],
    ratios: [
      {
        to,
        speed: spread(step),
        cpu: spread(1),
        product: spread(product),
        peakMemory: 1,
        lossDifference: 0,
      },
    ],
  };
}

function draw(...results: RaceResult[]): string {
  const machine = { cpu: 'Some CPU', threads: 2, gpu: undefined, node: 'v20' };
  return drawChart({ date: '2026-01-02T03:04:05Z', machine, results });
}

test('a bar begins at 1x and ends at the ratio, on a logarithmic axis that holds all of them', () => {
  // 0.5x to 5x lies between 230 and 690.
  const svg = draw(raceOf('torch', 4, 0.5));
  const x = (ratio: number) => 230 + (Math.log(ratio / 0.5) / Math.log(10)) * 460;
  const bars = [...svg.matchAll(/class="bar" x="([\d.]+)" y="\d+" width="([\d.]+)"/g)];
  expect(bars.map(([, from, width]) => [from, width])).toEqual([
    [x(1).toFixed(1), (x(4) - x(1)).toFixed(1)],
    [x(0.5).toFixed(1), (x(1) - x(0.5)).toFixed(1)],
  ]);
  expect(svg).toContain('>4.0x</text>');
  expect(svg).toContain('step, 15M, 40 % supervised');
  expect(svg).toContain('Some CPU, 2 threads, Node v20, 2026-01-02; median of 3 rounds');
});

test('other libraries have a section each, own backends none; names are escaped', () => {
  const svg = draw(raceOf('torch', 2, 2), raceOf('tfjs', 9, 7), raceOf('webasm', 50, 50));
  expect(svg).toContain('than torch &lt;1.0></text>');
  expect(svg).toContain('than tfjs &lt;1.0></text>');
  expect(svg).not.toContain('webasm');
  expect(svg.match(/product 512/g)).toHaveLength(2);
});
