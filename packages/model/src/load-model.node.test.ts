/** Files of a model directory that are something else, or are not there. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tinyConfig } from '../test/tiny-config.js';
import { initialize } from './initialize.js';
import { loadModel, loadModelConfig } from './load-model.node.js';
import { ModelError, WeightsError } from './model-error.js';
import { saveModel } from './save-model.node.js';

let folder: string;
let model: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sftkit-load-'));
  model = join(folder, 'model');
  const config = tinyConfig();
  await saveModel(model, { config, weights: initialize(config, 1), generationConfig: { eos_token_id: 2 } });
});
afterEach(() => rm(folder, { recursive: true }));

const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 3087467144\n';
const WRONG: readonly (readonly [string, string | Uint8Array | undefined, string])[] = [
  ['a pointer', POINTER, ': it is a pointer of Git LFS, not the file; fetch it with git lfs pull'],
  ['a directory', undefined, ': expected a file, found a directory'],
  [
    'a web page',
    '<!DOCTYPE html><html></html>',
    ': expected the file, found a web page; download the file itself',
  ],
];
const WRONG_TEXT: typeof WRONG = [
  ...WRONG,
  ['UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), ': expected UTF-8, found UTF-16; save the file as UTF-8'],
  ['UTF-16 without a mark', Buffer.from('{"a": 1}', 'utf16le'), ': expected UTF-8, found UTF-16 ('],
  [
    'broken off',
    '{\n  "a": [1,',
    ':2:11: not valid JSON: expected a value, found the end; fetch the file again',
  ],
  ['NaN', '{\n  "initializer_range": NaN}', ':2:24: not valid JSON: expected a value, found "NaN"'],
  ['a list', '[1, 8.0]', ': expected an object, got [1,8.0]'],
];

async function replace(name: string, content: string | Uint8Array | undefined): Promise<string> {
  const path = join(model, name);
  await rm(path, { force: true });
  await (content === undefined ? mkdir(path) : writeFile(path, content));
  return path;
}

test.each(
  ['config.json', 'generation_config.json', 'model.safetensors.index.json'].flatMap((file) =>
    WRONG_TEXT.map(([name, content, message]) => ({ file, name, content, message })),
  ),
)('$file that is $name', async ({ file, content, message }) => {
  await rm(join(model, 'model.safetensors'));
  const path = await replace(file, content);
  await expect(loadModel(model)).rejects.toThrow(ModelError);
  await expect(loadModel(model)).rejects.toThrow(path + message);
});

test.each([
  ...WRONG,
  [
    'a zip archive',
    'PK\x03\x04\0\0\x08\x08data',
    ': expected a safetensors file, found a zip archive',
  ] as const,
])('weights that are %s', async (_, content, message) => {
  const path = await replace('model.safetensors', content);
  await expect(loadModel(model)).rejects.toThrow(WeightsError);
  await expect(loadModel(model)).rejects.toThrow(path + message);
});

test('a shard that is a pointer', async () => {
  await rm(join(model, 'model.safetensors'));
  const shard = 'model-00001-of-00001.safetensors';
  await writeFile(join(model, shard), POINTER);
  await writeFile(join(model, 'model.safetensors.index.json'), JSON.stringify({ weight_map: { a: shard } }));
  await expect(loadModel(model)).rejects.toThrow(`${shard}: it is a pointer of Git LFS`);
});

test('a byte order mark before a config is no part of it', async () => {
  const { config, configJson } = await loadModelConfig(model);
  await replace('config.json', `\uFEFF${JSON.stringify(configJson)}`);
  expect((await loadModelConfig(model)).config).toEqual(config);
});

test('what is no model directory', async () => {
  await expect(loadModel(join(folder, 'none'))).rejects.toThrow(
    'none: no such directory; expected a model directory',
  );
  await expect(loadModel(join(model, 'model.safetensors'))).rejects.toThrow(
    'model.safetensors: this is a file; expected a model directory',
  );
  await expect(loadModel(folder)).rejects.toThrow('config.json: no such file; expected a model directory');
  await expect(loadModel(folder)).rejects.toThrow(ModelError);
});

test('a deep model without its weights is refused at once', async () => {
  const { configJson } = await loadModelConfig(model);
  await replace('config.json', JSON.stringify({ ...configJson, num_hidden_layers: 1000 }));
  await expect(loadModel(model)).rejects.toThrow(WeightsError);
  await replace('config.json', JSON.stringify({ ...configJson, num_hidden_layers: 2_000_000_000 }));
  await expect(loadModel(model)).rejects.toThrow('expected a positive integer up to 1000, got 2000000000');
});
