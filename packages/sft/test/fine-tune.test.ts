/** The same run in memory: nothing is written, and the model comes with the last event. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel } from '@sftkit/model/node';
import { referenceBackend } from '@sftkit/tensor';
import { loadTokenizer } from '@sftkit/tokenization/node';
import { expect, test } from 'vitest';
import { ChatModel, fineTune, type RunEvent } from '../src/index.js';
import { fineTune as fineTuneFiles } from '../src/index.node.js';
import { conversations, tinyProject, tinyRecipe } from './tiny-project.js';

const { directory, base } = tinyProject();
const examples = conversations as never;

async function eventsOf(run: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

function finished(events: readonly RunEvent[]) {
  return events.at(-1) as Extract<RunEvent, { type: 'finished' }>;
}

test('makes the model that a run with files makes', async () => {
  const { model: _model, output, data, backend: _name, ...recipe } = tinyRecipe(directory);
  const files = await eventsOf(
    fineTuneFiles({ ...recipe, model: base, output, data, backend: 'reference' } as never),
  );
  const before = readdirSync(directory);
  const backend = referenceBackend({ precision: 'float32' });
  const events = await eventsOf(
    fineTune({
      ...(recipe as object),
      model: await loadModel(base),
      tokenizer: await loadTokenizer(base),
      examples: conversations.slice(0, -1) as never,
      heldOut: conversations.slice(-1) as never,
      backend,
    }),
  );
  expect(events.map(({ type }) => type)).toEqual(
    files.map(({ type }) => type).filter((type) => type !== 'checkpoint'),
  );
  expect(readdirSync(directory)).toEqual(before);
  const { trained, written, after } = finished(events);
  expect(written).toBeUndefined();
  expect(after.evaluation!.loss).toBe(finished(files).after.evaluation!.loss);
  const saved = await loadModel(join(output, 'model'));
  expect(trained!.weights).toEqual(saved.weights);
  expect(trained!.generationConfig).toEqual(saved.generationConfig);
  const chat = await ChatModel.create(trained!, backend);
  expect(
    (await chat.answer([{ role: 'user', content: 'Hi' }], { maxNewTokens: 4 })).ids.length,
  ).toBeGreaterThan(0);
  await chat.dispose();
});

test('a wrong example is named by its place in the list', async () => {
  const wrong = [...conversations, { messages: [{ role: 'user', content: 3 }] }] as never;
  const run = fineTune({
    model: await loadModel(base),
    tokenizer: await loadTokenizer(base),
    examples: wrong,
    backend: referenceBackend(),
  });
  await expect(eventsOf(run)).rejects.toThrow(/^examples:7: messages\[0\]\.content: /);
});

test('an aborted signal ends it after the step', async () => {
  const controller = new AbortController();
  const seen: RunEvent[] = [];
  const run = fineTune({
    model: await loadModel(base),
    tokenizer: await loadTokenizer(base),
    examples,
    heldOut: 0,
    batch: { rows: 1 },
    backend: referenceBackend({ precision: 'float32' }),
    signal: controller.signal,
  });
  for await (const event of run) {
    seen.push(event);
    if (event.type === 'step') controller.abort();
  }
  expect(seen.map(({ type }) => type)).toEqual(['prepared', 'step', 'stopped']);
});
