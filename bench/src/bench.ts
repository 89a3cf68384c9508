/** `pnpm bench`: the training step of sftkit against other systems on this machine. See README.md. */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawChart } from './draw-chart.js';
import { formatTable } from './format-table.js';
import { type RaceResult, race } from './race.js';
import { type BenchShape, SHAPES } from './shapes.js';

const RESULTS = join(import.meta.dirname, '..', 'results');
/** A real share for supervised fine-tuning, beside the whole. */
const SHARES = [1, 0.4];

const { values } = parseArgs({
  // pnpm hands the "--" before the flags on.
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    shape: { type: 'string', multiple: true },
    backend: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const shapes = shapesNamed(values.shape);
const systems = values.backend ?? ['onnx', 'torch'];
const rounds = roundsOf(values.rounds ?? (values.quick ? '3' : '9'));
const threads = availableParallelism();
const results: RaceResult[] = [];
for (const shape of shapes) {
  for (const supervisedShare of values.quick ? SHARES.slice(1) : SHARES) {
    const result = await race(shape, { systems, supervisedShare, rounds, threads });
    results.push(result);
    if (!values.json) {
      console.log(`${formatTable(result)}\n`);
    }
  }
}
const date = new Date().toISOString();
const machine = { cpu: cpus()[0]?.model ?? 'unknown', threads, node: process.version };
const report = JSON.stringify({ date, machine, results }, undefined, 2);
if (values.json) {
  console.log(report);
}
if (!values.quick) {
  await mkdir(RESULTS, { recursive: true });
  const slug = `${machine.cpu}-${threads}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const path = join(RESULTS, `${date.slice(0, 10)}-${slug}`);
  await writeFile(`${path}.json`, `${report}\n`);
  if (systems.length > 1) {
    await writeFile(`${path}.svg`, drawChart(results, systems[1]!));
  }
  console.error(`Written to ${path}.json`);
}

function shapesNamed(names: readonly string[] | undefined): readonly BenchShape[] {
  if (names === undefined) {
    return SHAPES.filter(({ onRequest }) => !onRequest);
  }
  return names.map((name) => {
    const shape = SHAPES.find((each) => each.name === name);
    if (shape === undefined) {
      const known = SHAPES.map((each) => each.name).join(', ');
      throw new Error(`--shape: expected one of ${known}; got ${name}`);
    }
    return shape;
  });
}

function roundsOf(text: string): number {
  const count = Number(text);
  if (!(Number.isInteger(count) && count > 0)) {
    throw new Error(`--rounds: expected a positive whole number, got ${text}`);
  }
  return count;
}
