/**
 * The header of a safetensors file: 8 bytes of length, then JSON that names each tensor's dtype, shape and byte
 * range. Everything about it is checked before a tensor is read, so that a damaged file is never half loaded.
 * @see https://huggingface.co/docs/safetensors (format)
 */
import { describeWrongBytes, JsonError, jsonObject, parseJson, shortJson } from '@sftkit/json';
import { sizeOf } from '@sftkit/tensor';
import { WeightsError } from '../model-error.js';
import type { ByteSource } from './byte-source.js';
import { FORMAT_BYTES, isFloatFormat } from './float-formats.js';

/** One tensor of a file. */
export interface TensorEntry {
  readonly name: string;
  /** As the file says it; only F32, F16 and BF16 can be read. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Byte range in the file, [start, end). */
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** By name, in the order of the file's bytes. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit on the header, in bytes; a larger number is a damaged file. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Reads and checks the header.
 * @throws {WeightsError} if the file is truncated, the header is not what the format says, or byte ranges
 *   overlap, leave the file, leave gaps or disagree with their shapes
 */
export async function readHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const fail = (message: string, tensors: readonly string[] = []) =>
    new WeightsError(`${source.name}: ${message}`, { tensors });
  if (source.size < 8) {
    throw fail(`expected a safetensors file, got ${source.size} bytes; the file is truncated, copy it again`);
  }
  const first = await source.read(0, 8);
  const headerBytes = Number(new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true));
  if (headerBytes > MAX_HEADER_BYTES) {
    throw fail(describeOtherFile(await source.read(0, Math.min(source.size, 512))));
  }
  const dataStart = 8 + headerBytes;
  if (dataStart > source.size) {
    throw fail(
      `expected a header of ${headerBytes} bytes, but the file has ${source.size}; it is truncated, copy it again`,
    );
  }
  const { __metadata__: metadata = {}, ...fields } = readFields(await source.read(8, dataStart), fail);
  const entries = Object.entries(fields).map(([name, value]) => readEntry(name, value, dataStart, fail));
  entries.sort((a, b) => a.start - b.start || a.end - b.end);

  let previousEnd = dataStart;
  for (const { name, start, end } of entries) {
    if (start !== previousEnd) {
      const problem = start < previousEnd ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw fail(
        `tensor ${shortJson(name)} ${problem}: expected it at byte ${previousEnd}, got ${start}; the file is damaged`,
        [name],
      );
    }
    if (end > source.size) {
      throw fail(
        `tensor ${shortJson(name)} ends at byte ${end}, but the file has ${source.size}; it is truncated, copy it again`,
        [name],
      );
    }
    previousEnd = end;
  }
  if (previousEnd !== source.size) {
    throw fail(
      `expected ${previousEnd} bytes, got ${source.size}; the file has bytes that belong to no tensor`,
    );
  }
  return {
    tensors: new Map(entries.map((entry) => [entry.name, entry])),
    metadata: readMetadata(metadata, fail),
  };
}

/** Beginnings of files that are given the name of safetensors, in Latin-1. */
const OTHER_FORMATS: readonly (readonly [start: string, format: string])[] = [
  ['PK', 'a zip archive, as PyTorch writes'],
  ['\x1f\x8b', 'a gzip archive'],
  ['\x80', 'a pickle, as PyTorch writes'],
  ['GGUF', 'a GGUF file'],
];

/** What a file is that does not begin with the length of a header. */
function describeOtherFile(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes);
  const other = OTHER_FORMATS.find(([start]) => text.startsWith(start));
  if (other) {
    return `expected a safetensors file, found ${other[1]}; convert it, or fetch the model's safetensors`;
  }
  return (
    describeWrongBytes(bytes) ??
    `expected a safetensors file, found one that begins with ${JSON.stringify(text.slice(0, 24))}; fetch the model's safetensors`
  );
}

type Fail = (message: string, tensors?: readonly string[]) => WeightsError;

function readFields(bytes: Uint8Array, fail: Fail): Readonly<Record<string, unknown>> {
  const json = readJson(bytes, fail);
  const fields = jsonObject(json);
  if (fields === undefined) {
    throw fail(`expected an object in the header, got ${shortJson(json)}; the file is damaged`);
  }
  return fields;
}

function readJson(bytes: Uint8Array, fail: Fail): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fail('expected UTF-8 in the header, got a byte that is not; the file is damaged');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw fail(`expected JSON in the header, got something else (${problemOf(text)}); the file is damaged`);
  }
}

/** Why a text is no JSON. The engine is faster, and says it in other words on each machine. */
function problemOf(text: string): string {
  try {
    parseJson(text);
  } catch (cause) {
    if (cause instanceof JsonError) return `${cause.message}, at character ${cause.offset + 1}`;
    throw cause;
  }
  return 'no JSON';
}

/** @throws {WeightsError} if it is something else than texts by name */
function readMetadata(value: unknown, fail: Fail): Readonly<Record<string, string>> {
  const metadata = jsonObject(value);
  if (metadata !== undefined && Object.values(metadata).every((text) => typeof text === 'string')) {
    return metadata as Readonly<Record<string, string>>;
  }
  throw fail(`__metadata__: expected texts by name, got ${shortJson(value)}; the file is damaged`);
}

function readEntry(name: string, value: unknown, dataStart: number, fail: Fail): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const isSizes = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (
    typeof dtype !== 'string' ||
    !isSizes(shape) ||
    !isSizes(offsets) ||
    offsets.length !== 2 ||
    offsets[0]! > offsets[1]!
  ) {
    throw fail(
      `tensor ${shortJson(name)}: expected dtype, shape and data_offsets, got ${shortJson(value, 300)}; the file is damaged`,
      [name],
    );
  }
  const [start, end] = offsets as [number, number];
  if (isFloatFormat(dtype) && end - start !== sizeOf(shape) * FORMAT_BYTES[dtype]) {
    throw fail(
      `tensor ${shortJson(name)}: ${dtype} (${shape.slice(0, 20).join(', ')}) takes ${sizeOf(shape) * FORMAT_BYTES[dtype]} bytes, but its range has ${end - start}; the file is damaged`,
      [name],
    );
  }
  return { name, dtype, shape, start: dataStart + start, end: dataStart + end };
}
