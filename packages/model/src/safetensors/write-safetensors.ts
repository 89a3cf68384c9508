import { formatShape, sizeOf } from '@sftkit/tensor';
import { WeightsError } from '../model-error.js';
import { encodeFloats, type FloatFormat, FORMAT_BYTES } from './float-formats.js';

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/**
 * A safetensors file in pieces, header first, so that no second copy of a large model is ever in memory.
 * Pieces may share memory with the tensors: write them before the tensors change.
 * @param metadata text by text; "format": "pt" is what transformers asks for
 * @throws {WeightsError} if data does not fill a shape, or is too large for `format`
 */
export function* writeSafetensors(
  tensors: readonly NamedTensor[],
  {
    format = 'F32',
    metadata = { format: 'pt' },
  }: { format?: FloatFormat; metadata?: Readonly<Record<string, string>> } = {},
): Generator<Uint8Array> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    if (sizeOf(shape) !== data.length) {
      throw new WeightsError(
        `tensor "${name}": ${data.length} elements do not fill shape ${formatShape(shape)}`,
        { tensors: [name] },
      );
    }
    const end = offset + data.length * FORMAT_BYTES[format];
    header[name] = { dtype: format, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces after the header keep the data aligned to 8 bytes, as readers that map the file expect.
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const start = new Uint8Array(8 + headerBytes).fill(0x20);
  new DataView(start.buffer).setBigUint64(0, BigInt(headerBytes), true);
  start.set(json, 8);
  yield start;
  for (const { name, data } of tensors) {
    try {
      yield encodeFloats(data, format);
    } catch (cause) {
      throw cause instanceof WeightsError
        ? new WeightsError(`tensor "${name}": ${cause.message}`, { tensors: [name], cause })
        : cause;
    }
  }
}
