import { parseArgs } from 'node:util';
import { BenchError } from './bench-error.js';
import { type BenchShape, SHAPES } from './shapes.js';
import { SYSTEMS, type System } from './systems.js';

export interface BenchOptions {
  readonly help: boolean;
  readonly shapes: readonly BenchShape[];
  /** undefined: whatever is there. */
  readonly backends: readonly System[] | undefined;
  readonly rounds: number;
  /** Of the row's tokens. */
  readonly supervisedShares: readonly number[];
  /** Few rounds, nothing written. */
  readonly quick: boolean;
  readonly json: boolean;
  /** How fast data becomes batches, instead of steps. */
  readonly throughput: boolean;
  /** The hardware GPU's bench instead of the machine's. */
  readonly gpu: boolean;
  /** Of the device in float32, where it is known. */
  readonly peakFlopsPerSecond: number | undefined;
}

/** A real share for supervised fine-tuning, beside the whole. */
const SHARES = [1, 0.4];

const OPTIONS = {
  shape: { type: 'string', multiple: true },
  backend: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  throughput: { type: 'boolean', default: false },
  gpu: { type: 'boolean', default: false },
  peak: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** @throws {BenchError} naming what is known */
export function parseOptions(args: readonly string[]): BenchOptions {
  const values = parse(args);
  if (values.peak !== undefined && !values.gpu) {
    throw new BenchError('--peak: expected beside --gpu; it is the peak of the GPU');
  }
  return {
    help: values.help,
    shapes: values.throughput
      ? []
      : (values.shape?.map((name) => oneOf('--shape', SHAPES, name)) ??
        SHAPES.filter(({ onRequest }) => !onRequest)),
    backends: values.backend?.map((name) => oneOf('--backend', SYSTEMS, name)),
    rounds: values.rounds === undefined ? (values.quick ? 3 : 9) : count('--rounds', values.rounds),
    supervisedShares: values.quick ? SHARES.slice(1) : SHARES,
    quick: values.quick,
    json: values.json,
    throughput: values.throughput,
    gpu: values.gpu,
    peakFlopsPerSecond: values.peak === undefined ? undefined : positive('--peak', values.peak) * 1e12,
  };
}

function parse(args: readonly string[]) {
  try {
    // pnpm hands the "--" before the flags on.
    return parseArgs({ args: args.filter((each) => each !== '--'), options: OPTIONS }).values;
  } catch (cause) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new BenchError(`${(cause as Error).message}; known: ${known.join(', ')}`, { cause });
  }
}

function oneOf<T extends { readonly name: string }>(flag: string, known: readonly T[], name: string): T {
  const found = known.find((each) => each.name === name);
  if (found === undefined) {
    const names = known.map((each) => each.name).join(', ');
    throw new BenchError(`${flag}: expected one of ${names}; got ${name}`);
  }
  return found;
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) {
    throw new BenchError(`${flag}: expected a positive number, got ${text}`);
  }
  return value;
}

function count(flag: string, text: string): number {
  const value = positive(flag, text);
  if (!Number.isInteger(value)) {
    throw new BenchError(`${flag}: expected a whole number, got ${text}`);
  }
  return value;
}

export function helpText(): string {
  const systems = SYSTEMS.map(({ name, description }) => `  ${name.padEnd(12)}${description}`);
  const shapes = SHAPES.map(({ name, onRequest }) => (onRequest ? `${name} (if asked for)` : name));
  return `Races the training step of sftkit against other systems on this machine.

usage: pnpm bench -- [flags]

  --shape NAME      ${shapes.join(', ')}; again for more
  --backend NAME    of the systems below, again for more; the first is compared with each other
  --rounds N        turns of each system: a step, or half a second of them (9)
  --quick           three rounds, 40 % supervised, nothing written
  --json            the result as JSON on the standard output instead of tables
  --throughput      how fast data becomes batches, on one thread and on all, instead of steps
  --gpu             the hardware GPU: WebGPU against PyTorch on CUDA, and products from 256 to 8192
  --peak TFLOPS     with --gpu: the device's float32 peak, for the ratio to it

systems
${systems.join('\n')}

examples
  pnpm bench
  pnpm bench -- --quick --shape 0.26M
  pnpm bench -- --shape 50M --shape 135M --rounds 15
  pnpm --silent bench -- --backend onnx --backend jax --shape 0.26M --json
  pnpm bench -- --throughput
  pnpm bench -- --gpu --peak 67
`;
}
