/** The published greedy text of stories260K, from llama2.c's files to tokens, on every backend. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { convertLlama2c } from '../../../tools/convert/llama2c.js';
import { TokenGenerator } from '../src/index.js';
import { type LoadedModel, loadModel } from '../src/index.node.js';
import { BACKENDS } from './backends.js';

const NEW_TOKENS = 200;

describe.skipIf(!sharedIsPresent())('stories260K (needs ../shared)', () => {
  let folder: string;
  let model: LoadedModel;
  let published: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sftkit-stories-'));
    const [checkpoint, tokenizer] = ['stories260K.bin', 'tok512.bin'].map((name) =>
      sharedFile('models', 'stories260K', name),
    );
    await convertLlama2c(checkpoint!, tokenizer!, join(folder, 'model'));
    model = await loadModel(join(folder, 'model'));
    const page = await readFile(sharedFile('models', 'stories260K', 'stories260K.md'), 'utf8');
    published = /-t 0\.0\n([^`]+)```/.exec(page)![1]!;
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function decode(ids: readonly number[]): Promise<string> {
    const { vocab } = JSON.parse(await readFile(join(folder, 'model', 'tokenizer.json'), 'utf8')).model;
    const pieces = new Map(Object.entries(vocab).map(([piece, id]) => [id, piece]));
    return ids
      .map((id) =>
        pieces.get(id)!.replace(/^<0x(..)>$/, (_, byte) => String.fromCharCode(Number.parseInt(byte, 16))),
      )
      .join('')
      .replaceAll('\u2581', ' ')
      .trimStart();
  }

  test('the converted model has its whole size', () => {
    const size = [...model.weights.values()].reduce((sum, { length }) => sum + length, 0);
    expect(size).toBe(260_032);
    expect(model.generationConfig).toEqual({ bos_token_id: 1, eos_token_id: [2, 1] });
  });

  test.each(BACKENDS)('the greedy text on $name', async ({ create }) => {
    const backend = await create();
    const generator = await TokenGenerator.create(model.model, model.weights, backend, {
      contextLength: 224,
    });
    const { ids } = await generator.generate([1], { maxNewTokens: NEW_TOKENS, stopIds: [1, 2] });
    await generator.dispose();
    await backend.dispose();
    expect(ids).toHaveLength(NEW_TOKENS);
    expect(ids.slice(0, 15)).toEqual([
      403, 407, 261, 378, 432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426,
    ]);
    const text = await decode(ids);
    expect(published.slice(0, text.length)).toBe(text);
    expect(text.length).toBeGreaterThan(400);
  });
});
