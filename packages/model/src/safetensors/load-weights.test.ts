import { describe, expect, test } from 'vitest';
import { matrix, norm } from '../parameter-spec.js';
import { type ByteSource, bytesSource } from './byte-source.js';
import { loadWeights } from './load-weights.js';
import { type NamedTensor, writeSafetensors } from './write-safetensors.js';

const parameters = [matrix('embed', [3, 2]), norm('norm', 2)];
const embed: NamedTensor = { name: 'embed', shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
const scale: NamedTensor = { name: 'norm', shape: [2], data: Float32Array.of(7, 8) };

async function source(name: string, tensors: readonly NamedTensor[]): Promise<ByteSource> {
  return bytesSource(name, new Uint8Array(await new Blob([...writeSafetensors(tensors)]).arrayBuffer()));
}

describe('loadWeights', () => {
  test('from one file and from shards', async () => {
    const expected = new Map([
      ['embed', embed.data],
      ['norm', scale.data],
    ]);
    expect((await loadWeights([await source('one', [scale, embed])], parameters)).weights).toEqual(expected);
    const shards = [await source('1', [embed]), await source('2', [scale])];
    expect(await loadWeights(shards, parameters)).toEqual({ weights: expected, warnings: [] });
  });

  test('names are translated, tensors without a parameter are passed over and said', async () => {
    const file = await source('f', [
      { ...embed, name: 'old.embed' },
      { ...scale, name: 'old.norm' },
      { name: 'old.mask', shape: [1], data: Float32Array.of(1) },
      { name: 'old.head', shape: [1], data: Float32Array.of(1) },
    ]);
    const { weights, warnings } = await loadWeights([file], parameters, (name) =>
      name === 'old.mask' ? undefined : name.slice(4),
    );
    expect([...weights.keys()]).toEqual(['embed', 'norm']);
    expect(warnings).toEqual([
      'passed over tensors that are computed here: old.mask',
      'passed over tensors that this model has no place for: head',
    ]);
  });

  test('missing tensors are listed', async () => {
    const loading = loadWeights([await source('f', [scale])], parameters);
    await expect(loading).rejects.toMatchObject({ tensors: ['embed'] });
    await expect(loading).rejects.toThrow('f: 1 of 2 tensors are missing: embed');
  });

  test('a shape that does not fit is said with both shapes', async () => {
    const file = await source('f', [scale, { ...embed, shape: [2, 3] }]);
    await expect(loadWeights([file], parameters)).rejects.toThrow(
      'f: tensor "embed": expected shape (3, 2) from config.json, got (2, 3)',
    );
  });

  test('a tensor that is in two shards is refused', async () => {
    const shards = [await source('1', [embed, scale]), await source('2', [scale])];
    await expect(loadWeights(shards, parameters)).rejects.toThrow('tensor "norm" is both in 1 and in 2');
  });
});
