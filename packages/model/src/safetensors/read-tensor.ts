import { shortJson } from '@sftkit/json';
import { WeightsError } from '../model-error.js';
import type { ByteSource } from './byte-source.js';
import { decodeFloats, isFloatFormat } from './float-formats.js';
import type { TensorEntry } from './read-header.js';

/**
 * Reads one tensor by its byte range and widens it to float32.
 * @returns row-major, memory of its own
 * @throws {WeightsError} if its dtype is none of F32, F16 and BF16
 */
export async function readTensor(
  source: ByteSource,
  { name, dtype, start, end }: TensorEntry,
): Promise<Float32Array> {
  if (!isFloatFormat(dtype)) {
    throw new WeightsError(
      `${source.name}: tensor ${shortJson(name)}: expected F32, F16 or BF16, got ${dtype.slice(0, 40)}; convert the checkpoint (quantized weights are not supported)`,
      { tensors: [name] },
    );
  }
  const bytes = await source.read(start, end);
  if (bytes.byteLength !== end - start) {
    throw new WeightsError(
      `${source.name}: tensor "${name}": expected ${end - start} bytes, got ${bytes.byteLength}; the file changed while it was read`,
      { tensors: [name] },
    );
  }
  const values = decodeFloats(bytes, dtype);
  return values.buffer === bytes.buffer && bytes.byteLength !== bytes.buffer.byteLength
    ? values.slice()
    : values;
}
