import { type Backend, i32, matmul, reshape, type TensorType, trace } from '@sftkit/tensor';
import type { DecoderModel } from '../src/index.js';

/** A packed batch on the host, each (B, T) row-major. */
export interface HostBatch {
  readonly rows: number;
  readonly length: number;
  readonly inputIds: readonly number[];
  readonly positions: readonly number[];
  readonly segmentIds: readonly number[];
}

/** Logits (B, T, V) of a batch, all positions. */
export async function runLogits(
  model: DecoderModel,
  weights: ReadonlyMap<string, Float32Array>,
  { rows, length, inputIds, positions, segmentIds }: HostBatch,
  backend: Backend,
): Promise<Float32Array> {
  const inputs: Record<string, TensorType> = {
    ...Object.fromEntries(
      model.parameters.map(({ name, shape }): [string, TensorType] => [name, { dtype: 'f32', shape }]),
    ),
    inputIds: i32(rows, length),
    positions: i32(rows, length),
    segmentIds: i32(rows, length),
  };
  const program = trace(inputs, (given) => {
    const batch = { inputIds: given.inputIds!, positions: given.positions!, segmentIds: given.segmentIds! };
    const hidden = reshape(model.hidden(given, batch), [rows * length, model.config.width]);
    return { logits: matmul(hidden, model.head(given), { transposeB: true }) };
  });
  const executable = await backend.compile(program);
  const { logits } = await executable.run({
    ...Object.fromEntries(weights),
    inputIds: Int32Array.from(inputIds),
    positions: Int32Array.from(positions),
    segmentIds: Int32Array.from(segmentIds),
  });
  executable.dispose();
  return (await logits!.read()) as Float32Array;
}

/** One row that holds one sequence. */
export function oneRow(ids: readonly number[]): HostBatch {
  return {
    rows: 1,
    length: ids.length,
    inputIds: ids,
    positions: ids.map((_, index) => index),
    segmentIds: ids.map(() => 0),
  };
}
