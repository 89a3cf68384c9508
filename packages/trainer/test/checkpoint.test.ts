import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CheckpointError, type TrainerState } from '../src/index.js';
import { checkManifest, listCheckpoints, loadCheckpoint, saveCheckpoint } from '../src/index.node.js';
import { momentNames } from '../src/optimizer-programs.js';
import { tinyConfig, tinyModel } from './tiny-model.js';

const disk = vi.hoisted(() => ({ full: false }));

// A disk that fills: every write to a file fails as Linux says it.
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  return {
    ...fs,
    async open(...args: Parameters<typeof fs.open>) {
      const handle = await fs.open(...args);
      if (disk.full) {
        handle.writeFile = async () => {
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        };
      }
      return handle;
    },
  };
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sftkit-checkpoint-'));
  disk.full = false;
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function state(step: number): TrainerState {
  const { weights: parameters } = tinyModel();
  const moments = new Map(
    [...parameters].flatMap(([name, values]) =>
      momentNames(name).map(
        (moment, at) => [moment, values.map((value) => value * (at + step) + 1e-30)] as const,
      ),
    ),
  );
  return { step, parameters, moments };
}

const options = { model: { config: tinyConfig, files: { 'tokenizer.json': {} } }, run: { seed: 3 }, keep: 2 };

test('what is saved is loaded, bit for bit, and a checkpoint is a model directory', async () => {
  const path = await saveCheckpoint(directory, state(5), options);
  const checkpoint = await loadCheckpoint(path);
  expect(checkpoint.state).toEqual(state(5));
  expect(checkpoint.run).toEqual({ seed: 3, step: 5 });
  expect((await readdir(path)).sort()).toEqual([
    'config.json',
    'manifest.json',
    'model.safetensors',
    'optimizer.safetensors',
    'state.json',
    'tokenizer.json',
  ]);
});

test('the newest are kept, in the order of steps and not of names', async () => {
  for (const step of [8, 9, 10]) await saveCheckpoint(directory, state(step), options);
  expect((await listCheckpoints(directory)).map(({ step }) => step)).toEqual([9, 10]);
});

test('a disk that fills leaves the last good checkpoint and says so in one line', async () => {
  const good = await saveCheckpoint(directory, state(5), options);
  disk.full = true;
  const failure: unknown = await saveCheckpoint(directory, state(10), options).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(CheckpointError);
  const { message } = failure as CheckpointError;
  expect(message).toContain('ENOSPC');
  expect(message).toContain(`the last good one is ${good}`);
  expect(message).not.toContain('\n');
  disk.full = false;
  expect(await readdir(directory)).toEqual(['step-5']);
  expect((await loadCheckpoint(good)).state).toEqual(state(5));
});

const NAMES = ['config.json', 'model.safetensors', 'optimizer.safetensors', 'state.json', 'tokenizer.json'];

test.each(NAMES)('one flipped bit in %s is damage that is named', async (name) => {
  const path = await saveCheckpoint(directory, state(5), options);
  await expect(checkManifest(path)).resolves.toBeUndefined();
  const file = join(path, name);
  const bytes = await readFile(file);
  // In a number, or the last of the numbers: what is read stays well-formed.
  const at = name === 'state.json' ? bytes.lastIndexOf('5') : bytes.length - 3;
  bytes[at]! ^= 1;
  await writeFile(file, bytes);
  await expect(loadCheckpoint(path)).rejects.toThrow(
    `${path}: the checkpoint is damaged (${name}: its content is not what was saved); resume from an earlier one`,
  );
});

test.each(NAMES)('a file of another checkpoint in place of %s is damage', async (name) => {
  const [path, other] = [
    await saveCheckpoint(directory, state(5), options),
    await saveCheckpoint(directory, state(6), options),
  ];
  const differs = !(await readFile(join(other, name))).equals(await readFile(join(path, name)));
  await copyFile(join(other, name), join(path, name));
  const loading = loadCheckpoint(path);
  if (differs) await expect(loading).rejects.toThrow(`damaged (${name}: `);
  else await expect(loading).resolves.toBeDefined();
});

test.each([...NAMES, 'manifest.json'])('%s missing is damage', async (name) => {
  const path = await saveCheckpoint(directory, state(5), options);
  await rm(join(path, name));
  await expect(loadCheckpoint(path)).rejects.toThrow(name);
  await expect(checkManifest(path)).rejects.toThrow(
    /the checkpoint is damaged \(.*; resume from an earlier one/,
  );
});

test('a truncated optimizer file is an error that names it', async () => {
  const path = await saveCheckpoint(directory, state(5), options);
  const file = join(path, 'optimizer.safetensors');
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, bytes.length - 8));
  await expect(loadCheckpoint(path)).rejects.toThrow(/checkpoint is damaged .*optimizer\.safetensors/);
});

test('a directory without a state is no checkpoint', async () => {
  await expect(loadCheckpoint(directory)).rejects.toThrow(/state\.json: expected a checkpoint's state/);
});
