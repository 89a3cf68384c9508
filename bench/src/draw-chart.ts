import type { RaceResult } from './race.js';

const ROW = 30;
const LEFT = 190;
const WIDTH = 720;
const TOP = 44;

interface Bar {
  readonly label: string;
  readonly speed: number;
  readonly low: number;
  readonly high: number;
}

/** Speed of the first system as a multiple of another's, a bar for each workload with its quartiles, as SVG. */
export function drawChart(results: readonly RaceResult[], to: string): string {
  const bars = results.flatMap(({ shape, supervisedShare, ratios }): Bar[] =>
    ratios
      .filter((ratio) => ratio.to === to)
      .map(({ speed: { median, lowerQuartile, upperQuartile } }) => ({
        label: `${shape}, ${Math.round(supervisedShare * 100)} % supervised`,
        speed: median,
        low: lowerQuartile,
        high: upperQuartile,
      })),
  );
  const largest = Math.max(1, ...bars.map(({ high }) => high));
  const scale = (WIDTH - LEFT - 70) / largest;
  const one = LEFT + scale;
  const height = TOP + bars.length * ROW + 10;
  const rows = bars.map(({ label, speed, low, high }, index) => {
    const y = TOP + index * ROW;
    const middle = y + ROW / 2 - 3;
    return [
      `<text x="${LEFT - 10}" y="${middle + 4}" text-anchor="end">${label}</text>`,
      `<rect x="${LEFT}" y="${y}" width="${fixed(speed * scale)}" height="${ROW - 6}" rx="2" fill="#3b82c4"/>`,
      `<path d="M${fixed(LEFT + low * scale)} ${middle}H${fixed(LEFT + high * scale)}" stroke="#163a5c" stroke-width="2"/>`,
      `<text x="${fixed(LEFT + Math.max(speed, high) * scale + 8)}" y="${middle + 4}">${speed.toFixed(1)}x</text>`,
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<title>Speed of a training step as a multiple of ${to}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="10" y="22" font-size="15">A training step against ${to} = 1 (median, line: quartiles)</text>`,
    ...rows,
    `<path d="M${fixed(one)} ${TOP - 8}V${height - 6}" stroke="#c0392b" stroke-dasharray="4 3"/>`,
    '</svg>',
    '',
  ].join('\n');
}

function fixed(value: number): string {
  return value.toFixed(1);
}
