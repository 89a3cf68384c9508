/** The published greedy text of stories260K, from llama2.c's files to tokens, on every backend. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedIsPresent } from '@sftkit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoadedModel } from '../src/index.js';
import { TokenGenerator } from '../src/index.js';
import { loadModel } from '../src/index.node.js';
import { BACKENDS } from './backends.js';
import { FIRST_IDS, prepareStories, STORY_TOKENS, type Stories } from './stories.js';

describe.skipIf(!sharedIsPresent())('stories260K (needs ../shared)', () => {
  let folder: string;
  let stories: Stories;
  let model: LoadedModel;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sftkit-stories-'));
    stories = await prepareStories(folder);
    model = await loadModel(stories.directory);
  });
  afterAll(() => rm(folder, { recursive: true }));

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
    const { ids } = await generator.generate([1], { maxNewTokens: STORY_TOKENS, stopIds: [1, 2] });
    await generator.dispose();
    await backend.dispose();
    expect(ids).toHaveLength(STORY_TOKENS);
    expect(ids.slice(0, FIRST_IDS.length)).toEqual(FIRST_IDS);
    const text = stories.decode(ids);
    expect(stories.published.slice(0, text.length)).toBe(text);
    expect(text.length).toBeGreaterThan(400);
  });
});
