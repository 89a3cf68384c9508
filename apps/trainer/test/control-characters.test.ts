/** What data and models say does not steer the terminal: every command that prints it, in its form for people. */

import { join } from 'node:path';
import { Readable } from 'node:stream';
import { saveModel } from '@sftkit/model/node';
import { modelFiles } from '@sftkit/sft';
import { loadBase } from '@sftkit/sft/node';
import { beforeAll, expect, test } from 'vitest';
import { chatCommand } from '../src/commands/chat.js';
import { main } from '../src/main.js';
import { painter, type Terminal } from '../src/terminal.js';
import { sftkit, tinyProject, writeRecipe, writeRows } from './tiny-fixture.js';

const { directory, base } = tinyProject();
const model = join(directory, 'escaping');
const evil = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e\u007f';
const shown = '␛]0;owned␇␛[2J\\u009b31m\\u202e␡';
const unwanted = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const data = writeRows(join(directory, 'evil.jsonl'), [
  {
    messages: [
      { role: 'user', content: evil },
      { role: 'assistant', content: `${evil}!` },
    ],
    [evil]: 1,
  },
]);

const escapeCharacter = '\u001b';
const colour = new RegExp(`${escapeCharacter}\\[\\d+m`, 'gu');

async function onTerminal(...args: readonly string[]): Promise<string> {
  let printed = '';
  const write = (text: string) => {
    printed += text;
  };
  const terminal: Terminal = { out: write, err: write, isTTY: true, columns: 100, paint: painter(true) };
  expect(await main(args, terminal)).toBe(0);
  return printed.replaceAll(colour, ''); // those are ours: the data's would be left
}

/** A model that always says ESC: layers add nothing, and the embedding's largest row is that of ESC. */
beforeAll(async () => {
  expect((await sftkit('train', writeRecipe(directory, { steps: 1 }))).code).toBe(0);
  const loaded = await loadBase(join(directory, 'run', 'model'), { template: 'model', addTokens: 'none' });
  const [escapeId] = loaded.tokenizer.encode(escapeCharacter).ids;
  for (const [name, values] of loaded.weights) {
    values.fill(name.includes('norm') ? 1 : 0);
    if (!name.includes('embed')) continue;
    const width = values.length / loaded.config.vocabSize;
    values.fill(0.1).fill(1, escapeId! * width, (escapeId! + 1) * width);
  }
  await saveModel(model, { ...modelFiles(loaded), weights: loaded.weights });
});

const small = ['--backend', 'reference', '--max-new-tokens', '2'];

test('inspect shows them, with colours and without', async () => {
  const args = ['inspect', '--model', base, '--template', 'classic', '--data', data];
  const printed = await onTerminal(...args);
  expect(printed).toContain(`<|assistant|>\n${shown}!<|end|>`);
  expect(printed).not.toMatch(unwanted);
  const { out } = await sftkit(...args);
  expect(out).toContain(`[${shown}!<|end|>]`);
  expect(out).not.toMatch(unwanted);
});

test('inspect --diff shows them', async () => {
  const printed = await onTerminal('inspect', '--model', base, '--data', data, '--diff', 'classic', 'chatml');
  expect(printed).toContain(shown);
  expect(printed).not.toMatch(unwanted);
});

test('inspect --json has them as they are', async () => {
  const { out } = await sftkit('inspect', '--model', base, '--template', 'classic', '--data', data, '--json');
  expect((JSON.parse(out) as { text: string }).text).toContain(evil);
});

test('train shows them in its mask, its answers and its summary of the data', async () => {
  const recipe = writeRecipe(directory, {
    model,
    template: 'model',
    output: join(directory, 'trained'),
    data: { train: data, heldOut: 0 },
    steps: 1,
    optimizer: { learningRate: 1e-9 },
    report: { mask: true, samples: [evil], maxNewTokens: 2 },
    length: 64,
  });
  const { code, out, err } = await sftkit('train', recipe);
  expect(code).toBe(0);
  expect(out).toContain(`[${shown}!<|end|>]`);
  expect(out).toContain(`  ${shown}\n  base   ␛␛\n  tuned  ␛␛\n`);
  expect(out + err).not.toMatch(unwanted);
});

test('generate shows them on a terminal; programs read them as they are', async () => {
  const args = ['generate', '--model', model, '--prompt', 'Hi', ...small];
  expect(await onTerminal(...args)).toBe('␛␛\n');
  expect((await sftkit(...args)).out).toBe('\u001b\u001b\n');
  expect(JSON.parse((await sftkit(...args, '--json')).out)).toMatchObject({ text: '\u001b\u001b' });
});

test('chat shows them', async () => {
  let out = '';
  const terminal: Terminal = {
    out: (text) => {
      out += text;
    },
    err: () => {},
    isTTY: false,
    columns: 80,
    paint: painter(false),
  };
  await chatCommand(terminal, Readable.from(['Hi\n'])).parseAsync(['--model', model, ...small], {
    from: 'user',
  });
  expect(out).toBe('> ␛␛\n> \n');
});

test('errors that quote data show them', async () => {
  const file = writeRows(join(directory, `wrong.jsonl`), [{ messages: [{ role: evil, content: 'x' }] }]);
  const { code, err } = await sftkit('inspect', '--model', base, '--template', 'classic', '--data', file);
  expect(code).toBe(1);
  expect(err.trimEnd()).not.toMatch(unwanted);
});
