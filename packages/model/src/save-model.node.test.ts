import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseJson } from '@sftkit/json';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tinyConfig, tinyGpt2Config } from '../test/tiny-config.js';
import { initialize } from './initialize.js';
import { loadModel, loadModelConfig } from './load-model.node.js';
import { ModelError, WeightsError } from './model-error.js';
import { type NamedTensor, writeSafetensors } from './safetensors/write-safetensors.js';
import { saveModel } from './save-model.node.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sftkit-model-'));
});
afterEach(() => rm(folder, { recursive: true }));

const config = tinyConfig();
const weights = initialize(config, 1);
const json = async (...path: string[]) => JSON.parse(await readFile(join(folder, ...path), 'utf8'));

async function writeShard(name: string, tensors: readonly NamedTensor[]): Promise<void> {
  await writeFile(join(folder, name), Buffer.concat([...writeSafetensors(tensors)]));
}

describe('saveModel and loadModel', () => {
  test.each([
    ['llama', tinyConfig({ tieWordEmbeddings: false })],
    ['gpt2', tinyGpt2Config()],
  ])('%s: what was saved is loaded, bit for bit', async (_, config) => {
    const weights = initialize(config, 2);
    await saveModel(join(folder, 'new', 'model'), { config, weights, generationConfig: { eos_token_id: 2 } });
    const loaded = await loadModel(join(folder, 'new', 'model'));
    expect(loaded.config).toEqual(config);
    expect(loaded.weights).toEqual(weights);
    expect(loaded.warnings).toEqual([]);
    expect(loaded.generationConfig).toEqual({ eos_token_id: 2 });
    expect(await readdir(join(folder, 'new'))).toEqual(['model']);
  });

  test('what transformers needs is there', async () => {
    await saveModel(join(folder, 'm'), {
      config,
      weights,
      format: 'BF16',
      configJson: { dtype: 'float32', bos_token_id: 1 },
    });
    expect(await json('m', 'config.json')).toMatchObject({
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      dtype: 'bfloat16',
      vocab_size: 11,
      bos_token_id: 1,
    });
    expect(await json('m', 'config.json')).not.toHaveProperty('torch_dtype');
    const bytes = await readFile(join(folder, 'm', 'model.safetensors'));
    expect(bytes.toString('latin1', 8, 60)).toContain('{"__metadata__":{"format":"pt"}');
    // Rounded to 8 bits of precision.
    const { weights: rounded } = await loadModel(join(folder, 'm'));
    const original = weights.get('model.embed_tokens.weight')!;
    for (const [index, value] of rounded.get('model.embed_tokens.weight')!.entries()) {
      expect(Math.abs(value - original[index]!)).toBeLessThanOrEqual(Math.abs(original[index]!) / 256);
    }
  });

  test.each([
    [{}, { torch_dtype: 'float16' }],
    [{ torch_dtype: 'float32' }, { torch_dtype: 'float16' }],
    [{ dtype: null }, { dtype: 'float16' }],
    [
      { torch_dtype: 'float32', dtype: 'float32' },
      { torch_dtype: 'float16', dtype: 'float16' },
    ],
  ])('the format of the weights stands where it stood: %o', async (configJson, expected) => {
    await saveModel(join(folder, 'm'), { config, weights, configJson, format: 'F16' });
    const { torch_dtype, dtype } = await json('m', 'config.json');
    expect({ torch_dtype, dtype }).toEqual({ torch_dtype: undefined, dtype: undefined, ...expected });
  });

  test('further files: objects as JSON, text and bytes as they are', async () => {
    const files = {
      'tokenizer.json': parseJson('{"version": "1.0", "ids": {"10": 8.0, "2": 9007199254740993}}'),
      'merges.txt': 'a b\n',
      'x.bin': Uint8Array.of(1, 2),
    };
    await saveModel(join(folder, 'm'), { config, weights, files });
    expect(await readFile(join(folder, 'm', 'tokenizer.json'), 'utf8')).toBe(
      '{\n  "version": "1.0",\n  "ids": {\n    "10": 8.0,\n    "2": 9007199254740993\n  }\n}\n',
    );
    expect(await readFile(join(folder, 'm', 'merges.txt'), 'utf8')).toBe('a b\n');
    expect([...(await readFile(join(folder, 'm', 'x.bin')))]).toEqual([1, 2]);
  });

  test('a directory with files in it is left alone', async () => {
    await writeFile(join(folder, 'keep'), 'me');
    await expect(saveModel(folder, { config, weights })).rejects.toThrow(
      'expected a new or an empty directory',
    );
    expect(await readdir(folder)).toEqual(['keep']);
  });

  test('what cannot be written leaves nothing behind', async () => {
    const files = { 'no/such/folder': 'x' };
    const saving = saveModel(join(folder, 'm'), { config, weights, files });
    await expect(saving).rejects.toThrow(ModelError);
    await expect(saving).rejects.toThrow('nothing was left there');
    expect(await readdir(folder)).toEqual([]);
    await expect(saveModel(join(folder, 'm'), { config, weights: new Map() })).rejects.toThrow(WeightsError);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('loadModel', () => {
  beforeEach(() =>
    writeFile(
      join(folder, 'config.json'),
      JSON.stringify({
        model_type: 'gpt2',
        vocab_size: 5,
        n_embd: 2,
        n_layer: 0.5,
        n_head: 1,
      }),
    ),
  );

  async function writeGpt2(): Promise<NamedTensor[]> {
    const config = tinyGpt2Config({ numLayers: 1 });
    const weights = initialize(config, 9);
    await saveModel(join(folder, 'source'), { config, weights });
    await writeFile(join(folder, 'config.json'), await readFile(join(folder, 'source', 'config.json')));
    const { model } = await loadModelConfig(join(folder, 'source'));
    return model.parameters.map(({ name, shape }) => ({ name, shape, data: weights.get(name)! }));
  }

  test('shards, with names of the first GPT-2 upload and stored masks', async () => {
    const tensors = (await writeGpt2()).map((tensor) => ({
      ...tensor,
      name: tensor.name.replace('transformer.', ''),
    }));
    await writeShard('model-00001-of-00002.safetensors', tensors.slice(0, 4));
    await writeShard('model-00002-of-00002.safetensors', [
      ...tensors.slice(4),
      { name: 'h.0.attn.bias', shape: [1, 1, 1, 1], data: Float32Array.of(1) },
    ]);
    const weight_map = Object.fromEntries(
      tensors.map(({ name }, index) => [name, `model-0000${index < 4 ? 1 : 2}-of-00002.safetensors`]),
    );
    await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map }));
    const loaded = await loadModel(folder);
    expect(loaded.weights.get('transformer.wte.weight')).toEqual(tensors[0]!.data);
    expect(loaded.warnings).toEqual(['passed over tensors that are computed here: h.0.attn.bias']);

    await rm(join(folder, 'model-00001-of-00002.safetensors'));
    await expect(loadModel(folder)).rejects.toThrow(
      '1 of 2 shards are missing: model-00001-of-00002.safetensors',
    );
  });

  test.each<[string, string, string]>([
    [
      'shards outside the directory',
      '{"weight_map": {"a": "../b.safetensors"}}',
      'expected weight_map with file names',
    ],
    ['an index without shards', '{}', 'expected weight_map'],
    [
      'an index that is no JSON',
      '{',
      'model.safetensors.index.json:1:2: not valid JSON: expected a key or }',
    ],
    ['an index that is no object', '[1]', 'expected an object'],
  ])('refuses %s', async (_, index, message) => {
    await writeGpt2();
    await writeFile(join(folder, 'model.safetensors.index.json'), index);
    await expect(loadModel(folder)).rejects.toThrow(message);
  });

  test('a truncated file is refused', async () => {
    const tensors = await writeGpt2();
    await writeShard('model.safetensors', tensors);
    const bytes = await readFile(join(folder, 'model.safetensors'));
    await writeFile(join(folder, 'model.safetensors'), bytes.subarray(0, bytes.length - 10));
    await expect(loadModel(folder)).rejects.toThrow('it is truncated, copy it again');
  });

  test('a directory without a model', async () => {
    await mkdir(join(folder, 'empty'));
    await expect(loadModel(join(folder, 'empty'))).rejects.toThrow(
      'config.json: no such file; expected a model directory',
    );
    await expect(loadModel(folder)).rejects.toThrow(
      'config.json: n_layer: expected a positive integer, got 0.5',
    );
    await writeGpt2();
    await expect(loadModel(folder)).rejects.toThrow('found neither; only safetensors weights are read');
  });
});
