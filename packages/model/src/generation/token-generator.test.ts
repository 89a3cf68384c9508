import { referenceBackend } from '@sftkit/tensor';
import { describe, expect, test } from 'vitest';
import { oneRow, runLogits } from '../../test/run-model.js';
import { tinyConfig, tinyGpt2Config } from '../../test/tiny-config.js';
import { decoderModel } from '../decoder.js';
import type { DecoderConfig } from '../decoder-config.js';
import { initialize } from '../initialize.js';
import { TokenGenerator } from './token-generator.js';

/** Larger than fresh weights, so that the likeliest tokens differ clearly. */
function weightsOf(config: DecoderConfig): Map<string, Float32Array> {
  return new Map(
    [...initialize(config, 3)].map(([name, values]) => [
      name,
      values.map((value) => (values.length > 64 ? value * 20 : value)),
    ]),
  );
}

/** Greedy continuation without a cache: the whole sequence again for every token. */
async function continueSlowly(
  config: DecoderConfig,
  prompt: readonly number[],
  count: number,
): Promise<number[]> {
  const ids = [...prompt];
  for (let step = 0; step < count; step++) {
    const logits = await runLogits(decoderModel(config), weightsOf(config), oneRow(ids), referenceBackend());
    const last = logits.slice(-config.vocabSize);
    ids.push(last.indexOf(Math.max(...last)));
  }
  return ids.slice(prompt.length);
}

async function generatorOf(config: DecoderConfig, options = {}) {
  return TokenGenerator.create(decoderModel(config), weightsOf(config), referenceBackend(), options);
}

const config = tinyConfig();

describe('TokenGenerator', () => {
  test.each([
    ['llama', config],
    [
      'untied head, biases, q/k norm',
      tinyConfig({ tieWordEmbeddings: false, attentionBias: true, qkNorm: true }),
    ],
    ['sliding window', tinyConfig({ family: 'mistral', slidingWindow: 3 })],
    ['gpt2', tinyGpt2Config()],
  ])('%s: the cache changes nothing', async (_, config) => {
    const generator = await generatorOf(config);
    // A longer prompt first: what it leaves in the cache must not reach the second.
    for (const prompt of [Array.from({ length: 17 }, (_, index) => (index * 7) % 11), [3, 1, 4]]) {
      const { ids } = await generator.generate(prompt, { maxNewTokens: 8 });
      expect(ids).toEqual(await continueSlowly(config, prompt, 8));
    }
    await generator.dispose();
  });

  test('ends at a stop token, which is the last of the ids', async () => {
    const generator = await generatorOf(config);
    const free = await generator.generate([3, 1], { maxNewTokens: 6 });
    expect(free).toMatchObject({ stopped: false, reason: 'length' });
    expect(free.ids).toHaveLength(6);
    const stop = free.ids[2]!;
    const expected = free.ids.slice(0, free.ids.indexOf(stop) + 1);
    expect(await generator.generate([3, 1], { maxNewTokens: 6, stopIds: [stop] })).toEqual({
      ids: expected,
      stopped: true,
      reason: 'stop',
    });
  });

  test('ends when the context is full', async () => {
    const generator = await generatorOf(config, { contextLength: 6 });
    const { ids, reason } = await generator.generate([1, 2, 3, 4], { maxNewTokens: 10 });
    expect(reason).toBe('context');
    expect(ids).toHaveLength(3); // two places are left, and the last token need not be read
  });

  test('streams, and can be left early', async () => {
    const generator = await generatorOf(config);
    const { ids } = await generator.generate([5], { maxNewTokens: 5, temperature: 1, seed: 4 });
    const streamed: number[] = [];
    for await (const id of generator.stream([5], { maxNewTokens: 5, temperature: 1, seed: 4 })) {
      streamed.push(id);
      if (streamed.length === 3) {
        break;
      }
    }
    expect(streamed).toEqual(ids.slice(0, 3));
    expect((await generator.generate([5], { maxNewTokens: 5, temperature: 1, seed: 4 })).ids).toEqual(ids);
  });

  test('programs are compiled once for many prompts', async () => {
    const backend = referenceBackend();
    let compiled = 0;
    const counting = {
      ...backend,
      compile: (program: Parameters<typeof backend.compile>[0]) => {
        compiled++;
        return backend.compile(program);
      },
      buffer: backend.buffer.bind(backend),
    };
    const generator = await TokenGenerator.create(decoderModel(config), weightsOf(config), counting);
    for (const prompt of [[1], [2, 3], [4, 5, 6, 7]]) {
      await generator.generate(prompt, { maxNewTokens: 3 });
    }
    expect(compiled).toBe(2);
  });

  test("buffers that are handed in stay the caller's", async () => {
    const backend = referenceBackend();
    const model = decoderModel(config);
    const weights = weightsOf(config);
    const buffers = new Map(
      await Promise.all(
        model.parameters.map(
          async ({ name, shape }) =>
            [name, await backend.buffer({ dtype: 'f32', shape }, weights.get(name)!)] as const,
        ),
      ),
    );
    const generator = await TokenGenerator.create(model, buffers, backend);
    expect((await generator.generate([1, 2], { maxNewTokens: 4 })).ids).toEqual(
      await continueSlowly(config, [1, 2], 4),
    );
    await generator.dispose();
    expect(await buffers.get('model.norm.weight')!.read()).toEqual(weights.get('model.norm.weight'));
  });

  test.each<[string, readonly number[], object, string]>([
    ['an empty prompt', [], {}, 'expected at least one token, got an empty prompt'],
    [
      'a prompt longer than the context',
      Array.from({ length: 33 }, () => 1),
      {},
      'a prompt of at most 32 tokens, the context, got 33',
    ],
    ['an id outside the vocabulary', [1, 11], {}, 'token ids from 0 to 10, got 11 at index 1'],
    ['no new tokens', [1], { maxNewTokens: 0 }, 'maxNewTokens: expected a positive integer, got 0'],
    ['a negative temperature', [1], { temperature: -1 }, 'temperature: expected 0 or more, got -1'],
    ['an empty nucleus', [1], { topP: 0 }, 'topP: expected above 0'],
    ['a broken seed', [1], { seed: 0.5 }, 'seed: expected an integer'],
  ])('refuses %s', async (_, prompt, options, message) => {
    const generator = await generatorOf(config);
    await expect(generator.generate(prompt, options)).rejects.toThrow(message);
    expect((await generator.generate([1], { maxNewTokens: 1 })).ids).toHaveLength(1);
  });

  test('refuses two prompts at once', async () => {
    const generator = await generatorOf(config);
    const first = generator.generate([1], { maxNewTokens: 3 });
    await expect(generator.generate([2])).rejects.toThrow('one prompt at a time');
    expect((await first).ids).toHaveLength(3);
  });

  test("refuses a context longer than the model's, and missing weights", async () => {
    await expect(generatorOf(config, { contextLength: 33 })).rejects.toThrow('a context length from 1 to 32');
    await expect(TokenGenerator.create(decoderModel(config), new Map(), referenceBackend())).rejects.toThrow(
      'none for "model.embed_tokens.weight"',
    );
  });
});
