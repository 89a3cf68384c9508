import { describe, expect, test } from 'vitest';
import { WeightsError } from '../model-error.js';
import { bytesSource } from './byte-source.js';
import { readHeader } from './read-header.js';
import { readTensor } from './read-tensor.js';
import { writeSafetensors } from './write-safetensors.js';

/** A file from a header as it stands and this many bytes of data. */
function file(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const a = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
const b = { dtype: 'BF16', shape: [2, 1], data_offsets: [8, 12] };

describe('readHeader', () => {
  test('tensors in the order of their bytes, and metadata', async () => {
    const { tensors, metadata } = await readHeader(
      bytesSource('x', file({ b, __metadata__: { format: 'pt' }, a }, 12)),
    );
    expect([...tensors.keys()]).toEqual(['a', 'b']);
    expect(metadata).toEqual({ format: 'pt' });
    expect(tensors.get('b')).toMatchObject({ dtype: 'BF16', shape: [2, 1] });
  });

  test.each<[string, Uint8Array, string]>([
    ['a file shorter than its length field', new Uint8Array(5), 'expected a safetensors file, got 5 bytes'],
    ...(
      [
        ['a GGUF file', 'GGUF\x03\0\0\0 and more', 'found a GGUF file; convert it'],
        [
          'a zip archive',
          'PK\x03\x04\0\0\x08\x08 and more',
          'found a zip archive, as PyTorch writes; convert it',
        ],
        ['a pickle', '\x80\x02}q\0X\x05\0 and more', 'found a pickle, as PyTorch writes'],
        ['a gzip archive', '\x1f\x8b\x08\x08abcd and more', 'found a gzip archive'],
        ['a web page', '<!DOCTYPE html><html></html>', 'found a web page; download the file itself'],
        [
          'a pointer',
          'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 3087467144\n',
          'it is a pointer of Git LFS, not the file; fetch it with git lfs pull',
        ],
        [
          'an answer',
          'Invalid username or password.',
          'found one that begins with "Invalid username or pass"',
        ],
      ] as const
    ).map(([name, text, message]): [string, Uint8Array, string] => [
      name,
      Buffer.from(text, 'latin1'),
      message,
    ]),
    ['a truncated header', file({ a }, 0).subarray(0, 20), 'the file has 20; it is truncated'],
    ['a header that is no JSON', file('{"a": ', 0), 'expected JSON in the header'],
    ['a header that is no object', file('[]', 0), 'expected an object in the header'],
    ['truncated data', file({ a, b }, 10), 'tensor "b" ends at byte'],
    ['bytes of no tensor', file({ a }, 12), 'bytes that belong to no tensor'],
    ['an overlap', file({ a, b: { ...b, data_offsets: [6, 10] } }, 10), 'tensor "b" overlaps'],
    ['a gap', file({ a, b: { ...b, data_offsets: [9, 13] } }, 13), 'tensor "b" leaves a gap'],
    [
      'a range of the wrong size',
      file({ a: { ...a, shape: [3] } }, 8),
      'F32 (3) takes 12 bytes, but its range has 8',
    ],
    [
      'a negative offset',
      file({ a: { ...a, data_offsets: [-8, 0] } }, 8),
      'tensor "a": expected dtype, shape and data_offsets',
    ],
    ['offsets the wrong way round', file({ a: { ...a, data_offsets: [8, 0] } }, 8), 'tensor "a": expected'],
    ['an entry that is no object', file({ a: null }, 8), 'tensor "a": expected'],
  ])('refuses %s', async (_, bytes, message) => {
    const reading = readHeader(bytesSource('weights', bytes));
    await expect(reading).rejects.toThrow(WeightsError);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(/^weights: /);
  });

  test('a dtype that is not read is named when the tensor is', async () => {
    const source = bytesSource('x', file({ a: { dtype: 'I8', shape: [8], data_offsets: [0, 8] } }, 8));
    const { tensors } = await readHeader(source);
    await expect(readTensor(source, tensors.get('a')!)).rejects.toThrow(
      'tensor "a": expected F32, F16 or BF16, got I8',
    );
  });
});

describe('writeSafetensors', () => {
  test.each(['F32', 'F16', 'BF16'] as const)('%s reads back', async (format) => {
    const tensors = [
      { name: 'x', shape: [2, 2], data: Float32Array.of(1, -0.5, 0.25, 96) },
      { name: 'scalar', shape: [], data: Float32Array.of(3) },
      { name: 'empty', shape: [0, 4], data: new Float32Array(0) },
    ];
    const bytes = new Uint8Array(await new Blob([...writeSafetensors(tensors, { format })]).arrayBuffer());
    const source = bytesSource('x', bytes);
    const header = await readHeader(source);
    expect(header.metadata).toEqual({ format: 'pt' });
    for (const { name, shape, data } of tensors) {
      expect(header.tensors.get(name)!.shape).toEqual(shape);
      expect(await readTensor(source, header.tensors.get(name)!)).toEqual(data);
    }
  });

  test('data is aligned to 8 bytes', () => {
    const [header] = writeSafetensors([{ name: 'x', shape: [1], data: Float32Array.of(1) }]);
    expect(header!.length % 8).toBe(0);
  });

  test('data that does not fill its shape is refused', () => {
    const tensors = [{ name: 'x', shape: [3], data: new Float32Array(2) }];
    expect(() => [...writeSafetensors(tensors)]).toThrow('tensor "x": 2 elements do not fill shape (3)');
  });

  test('a value too large for the format is refused with its tensor', () => {
    const tensors = [{ name: 'x', shape: [1], data: Float32Array.of(1e6) }];
    expect(() => [...writeSafetensors(tensors, { format: 'F16' })]).toThrow(
      'tensor "x": F16: 1000000 at element 0',
    );
  });
});
