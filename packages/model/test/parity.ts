/** How far a backend is from PyTorch on the golden models: logits, loss and every named gradient. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Backend,
  f32,
  grad,
  headCrossEntropy,
  i32,
  matmul,
  reshape,
  type TensorType,
  trace,
} from '@sftkit/tensor';
import { bytesSource, decoderModel, readDecoderConfig, readHeader, readTensor } from '../src/index.js';

export const GOLDEN_MODELS = ['llama', 'llama3', 'mistral', 'qwen2', 'qwen3', 'gpt2'] as const;

/**
 * Largest relative error, on every backend. Both sides are float32 (the reference is float64 against PyTorch's
 * float32): sums of a few dozen terms, ordered differently, through two layers and back. Measured: at most 6e-6;
 * the bound leaves room for other processors.
 */
export const TOLERANCE = 2e-5;

export interface GoldenBatch {
  readonly inputIds: readonly number[];
  readonly positions: readonly number[];
  readonly segmentIds: readonly number[];
  readonly targets: readonly number[];
  readonly weights: readonly number[];
}

/** See `golden/README.md`. */
export interface Golden {
  readonly config: Readonly<Record<string, unknown>>;
  readonly rows: number;
  readonly length: number;
  readonly batches: readonly GoldenBatch[];
  readonly loss: number;
  /** `weight/<name>`, `gradient/<name>`, `logits`. */
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

export async function readGolden(name: string): Promise<Golden> {
  const folder = join(fileURLToPath(import.meta.url), '..', 'golden');
  const document = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
  const source = bytesSource(name, new Uint8Array(await readFile(join(folder, `${name}.safetensors`))));
  const tensors = new Map<string, Float32Array>();
  for (const entry of (await readHeader(source)).tensors.values()) {
    tensors.set(entry.name, await readTensor(source, entry));
  }
  return { ...document, tensors };
}

/** Relative errors: largest difference by largest value of a tensor. */
export interface Parity {
  readonly logits: number;
  readonly loss: number;
  /** By parameter name; every parameter of the golden model has one. */
  readonly gradients: ReadonlyMap<string, number>;
}

export async function measureParity(golden: Golden, backend: Backend): Promise<Parity> {
  const { rows, length, tensors } = golden;
  const model = decoderModel(readDecoderConfig(golden.config));
  const batch = golden.batches[0]!;
  const divisor = batch.weights.reduce((sum, weight) => sum + weight, 0);
  const parameters: Record<string, TensorType> = Object.fromEntries(
    model.parameters.map(({ name, shape }) => [name, f32(...shape)]),
  );
  const batchTypes = {
    inputIds: i32(rows, length),
    positions: i32(rows, length),
    segmentIds: i32(rows, length),
  };
  const supervised = batch.targets.flatMap((target, index) => (target >= 0 ? [index] : []));
  const inputs: Record<string, TensorType> = {
    ...parameters,
    ...batchTypes,
    rows: i32(supervised.length),
    labels: i32(supervised.length),
    weights: f32(supervised.length),
  };
  const program = trace(inputs, (given) => {
    const packed = {
      inputIds: given.inputIds!,
      positions: given.positions!,
      segmentIds: given.segmentIds!,
    };
    const flat = reshape(model.hidden(given, packed), [rows * length, model.config.width]);
    const logits = matmul(flat, model.head(given), { transposeB: true });
    const supervised = model.hidden(given, packed, { wanted: given.rows! }); // as in training
    const { loss } = headCrossEntropy(supervised, model.head(given), given.labels!, given.weights!);
    return { logits, loss };
  });
  const executable = await backend.compile(
    grad(program, { of: 'loss', withRespectTo: Object.keys(parameters) }),
  );
  const outputs = await executable.run({
    ...Object.fromEntries(Object.keys(parameters).map((name) => [name, tensors.get(`weight/${name}`)!])),
    inputIds: Int32Array.from(batch.inputIds),
    positions: Int32Array.from(batch.positions),
    segmentIds: Int32Array.from(batch.segmentIds),
    rows: Int32Array.from(supervised),
    labels: Int32Array.from(supervised, (index) => batch.targets[index]!),
    weights: Float32Array.from(supervised, (index) => batch.weights[index]! / divisor),
  });
  const errorOf = async (output: string, expected: ArrayLike<number>) =>
    relativeError(await outputs[output]!.read(), expected);
  const gradients = new Map<string, number>();
  for (const name of Object.keys(parameters)) {
    gradients.set(name, await errorOf(`gradient/${name}`, tensors.get(`gradient/${name}`)!));
  }
  const parity = {
    logits: await errorOf('logits', tensors.get('logits')!),
    loss: await errorOf('loss', [golden.loss]),
    gradients,
  };
  executable.dispose();
  return parity;
}

/** Largest absolute difference by largest absolute expected value. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) {
    throw new Error(`expected ${expected.length} values, got ${actual.length}`);
  }
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    // A NaN must not pass as a small difference.
    difference = Math.max(
      difference,
      Number.isNaN(actual[i]) ? Number.POSITIVE_INFINITY : Math.abs(actual[i]! - expected[i]!),
    );
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return difference / largest;
}
