import type { RaceResult } from './race.js';
import type { Spread } from './statistics.js';
import type { Report } from './write-report.js';

/** Other libraries; sftkit's other backends are no opponents. */
const OPPONENTS = ['torch', 'jax', 'tfjs'];
const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

const WIDTH = 760;
/** Where the bars begin and end. */
const LEFT = 230;
const RIGHT = WIDTH - 70;
const TOP = 64;
const ROW = 24;
const HEADING = 34;

// Its own background in both, since a page may be dark where the system is light.
const STYLE = `
    .paper { fill: #ffffff } .text { fill: #1f2328 } .quiet { fill: #59636e }
    .heading { fill: #1f2328; stroke: #ffffff; stroke-width: 6px; paint-order: stroke; font-weight: bold }
    .bar { fill: #3b82c4 } .grid { stroke: #d1d9e0 } .one { stroke: #c0392b } .spread { stroke: #163a5c }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #0d1117 } .text { fill: #f0f6fc } .quiet { fill: #9198a1 }
      .heading { fill: #f0f6fc; stroke: #0d1117 }
      .bar { fill: #4c8fd0 } .grid { stroke: #30363d } .one { stroke: #ff7b72 } .spread { stroke: #d5e6f7 }
    }`;

interface Section {
  readonly heading: string;
  readonly bars: readonly { readonly label: string; readonly ratio: Spread }[];
}

/**
 * How many times faster the first system is than each other library, a bar with its quartiles for each workload, on a
 * logarithmic axis, as SVG.
 */
export function drawChart({ date, machine, results }: Pick<Report, 'date' | 'machine' | 'results'>): string {
  const sections = OPPONENTS.map((opponent) => sectionOf(opponent, results)).filter(
    ({ bars }) => bars.length > 0,
  );
  const ticks = ticksFor(sections.flatMap(({ bars }) => bars.map(({ ratio }) => ratio)));
  const [low, high] = [Math.log(ticks[0]!), Math.log(ticks.at(-1)!)];
  const x = (ratio: number) => LEFT + ((Math.log(ratio) - low) / (high - low)) * (RIGHT - LEFT);

  let y = TOP;
  const marks: string[] = [];
  for (const { heading, bars } of sections) {
    marks.push(text(LEFT, y + 20, heading, '', 'heading'));
    y += HEADING;
    for (const { label, ratio } of bars) {
      const middle = y + ROW / 2;
      const [from, to] = [1, ratio.median].map(x).sort((a, b) => a - b) as [number, number];
      marks.push(
        text(LEFT - 12, middle + 4, label, 'text-anchor="end"'),
        `<rect class="bar" x="${fixed(from)}" y="${y + 3}" width="${fixed(to - from)}" height="${ROW - 6}" rx="2"/>`,
        `<path class="spread" d="M${fixed(x(ratio.lowerQuartile))} ${middle}H${fixed(x(ratio.upperQuartile))}" stroke-width="2"/>`,
        text(Math.max(to, x(ratio.upperQuartile)) + 8, middle + 4, `${ratio.median.toFixed(1)}x`),
      );
      y += ROW;
    }
  }
  const bottom = y + 8;
  const grid = ticks.flatMap((tick) => [
    `<path class="${tick === 1 ? 'one' : 'grid'}" d="M${fixed(x(tick))} ${TOP + 2}V${bottom}"/>`,
    text(x(tick), bottom + 16, `${tick}x`, 'text-anchor="middle" font-size="11"', 'quiet'),
  ]);
  const height = bottom + 50;
  const ours = results[0]!.systems[0]!;
  const conditions = `${machine.cpu}, ${machine.threads} threads, Node ${machine.node}, ${date.slice(0, 10)}; median of ${results[0]!.rounds} rounds, line: quartiles; logarithmic`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img">`,
    `<title>How many times faster sftkit is</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}" rx="6"/>`,
    text(16, 26, 'How many times faster sftkit is', 'font-size="16" font-weight="bold"'),
    text(16, 46, `sftkit: ${ours.description}`, '', 'quiet'),
    ...grid,
    ...marks,
    text(16, height - 12, conditions, 'font-size="11"', 'quiet'),
    '</svg>',
    '',
  ].join('\n');
}

/** Steps on every shape, then the product, as the first race with this opponent measured it. */
function sectionOf(opponent: string, results: readonly RaceResult[]): Section {
  const races = results.flatMap((result) => {
    const ratio = result.ratios.find(({ to }) => to === opponent);
    return ratio === undefined ? [] : [{ result, ratio }];
  });
  const steps = races.map(({ result: { shape, supervisedShare }, ratio }) => ({
    label: `step, ${shape}, ${Math.round(supervisedShare * 100)} % supervised`,
    ratio: ratio.speed,
  }));
  const products = races.slice(0, 1).map(({ ratio }) => ({
    label: 'product 512 x 576 x 1536',
    ratio: ratio.product,
  }));
  const other = races[0]?.result.systems.find(({ system }) => system === opponent);
  return { heading: `than ${other?.description}`, bars: [...steps, ...products] };
}

/** From the last tick below all ratios, and below 1, to the first above them. */
function ticksFor(ratios: readonly Spread[]): readonly number[] {
  const least = Math.min(0.99, ...ratios.map(({ lowerQuartile }) => lowerQuartile));
  const most = Math.max(1.01, ...ratios.map(({ upperQuartile }) => upperQuartile));
  const from = TICKS.findLastIndex((tick) => tick <= least);
  const to = TICKS.findIndex((tick) => tick >= most);
  return TICKS.slice(Math.max(from, 0), to === -1 ? undefined : to + 1);
}

function text(x: number, y: number, content: string, attributes = '', kind = 'text'): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text class="${kind}" x="${fixed(x)}" y="${y}" ${attributes}>${escaped}</text>`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
