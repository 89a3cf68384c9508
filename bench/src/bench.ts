/** `pnpm bench`: the training step of sftkit against other systems on this machine. See README.md. */
import { availableParallelism, cpus } from 'node:os';
import { BenchError } from './bench-error.js';
import { chooseSystems, requireSystems } from './choose-systems.js';
import { formatProducts } from './format-products.js';
import { formatTable } from './format-table.js';
import { formatThroughput } from './format-throughput.js';
import { hardwareGpu } from './hardware-gpu.js';
import { type BenchOptions, helpText, parseOptions } from './parse-options.js';
import { type RaceResult, race } from './race.js';
import { raceProducts } from './race-products.js';
import { GPU_SYSTEMS, MACHINE_SYSTEMS } from './systems.js';
import { measureThroughput } from './throughput.js';
import { type Report, writeReport } from './write-report.js';

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(helpText());
  } else {
    await bench(options);
  }
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}

async function bench(options: BenchOptions): Promise<void> {
  const gpu = options.gpu ? await hardwareGpu() : undefined;
  await requireSystems(options.backends ?? []);
  const tell = options.json ? () => undefined : (text: string) => console.log(`${text}\n`);
  const threads = availableParallelism();
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', threads, gpu, node: process.version };

  const results: RaceResult[] = [];
  const leftOut = new Set<string>();
  for (const shape of options.shapes) {
    const choice =
      options.backends === undefined
        ? await chooseSystems(options.gpu ? GPU_SYSTEMS : MACHINE_SYSTEMS, shape)
        : { systems: options.backends, leftOut: [] };
    for (const line of choice.leftOut.filter((each) => !leftOut.has(each))) {
      leftOut.add(line);
      tell(line);
    }
    for (const supervisedShare of options.supervisedShares) {
      const { systems } = choice;
      const result = await race(shape, { systems, supervisedShare, rounds: options.rounds, threads });
      results.push(result);
      tell(formatTable(result));
    }
  }

  const throughput = options.throughput
    ? await measureThroughput({ rounds: options.rounds, threads })
    : undefined;
  if (throughput !== undefined) {
    tell(formatThroughput(throughput));
  }

  const { peakFlopsPerSecond } = options;
  const products =
    gpu === undefined ? undefined : await raceProducts(GPU_SYSTEMS, { threads, peakFlopsPerSecond });
  if (products !== undefined) {
    tell(formatProducts(products));
  }

  const date = new Date().toISOString();
  const report: Report = { date, machine, leftOut: [...leftOut], results, products, throughput };
  if (options.json) {
    console.log(JSON.stringify(report, undefined, 2));
  }
  if (!options.quick) {
    console.error(`Written: ${(await writeReport(report)).join(', ')}`);
  }
}
