/**
 * Checkpoints on a disk: a model directory in float32 that every other tool can load, with the optimizer's
 * moments and `state.json` beside the weights. Each is written under another name, described by a manifest, flushed,
 * and renamed, so that what has a checkpoint's name is complete; and it is compared with its manifest before it is used.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type LoadedModel, loadWeights, writeSafetensors } from '@sftkit/model';
import { fileSource, loadModel, type SaveModelOptions, saveModel } from '@sftkit/model/node';
import { checkManifest, flushDirectory, writeManifest } from './manifest.node.js';
import { momentNames } from './optimizer-programs.js';
import type { TrainerState } from './trainer.js';
import { CheckpointError } from './trainer-error.js';

const OPTIMIZER_FILE = 'optimizer.safetensors';
const STATE_FILE = 'state.json';
const NAME = /^step-(\d+)$/;
/** `saveCheckpoint` and `saveModel` write under such names. */
const UNFINISHED = /^\.?step-\d+\.complete(?:\.partial)?$/;

/** What a run writes down beside the numbers, to find its place again and to recognise its own data. */
export type RunFields = Readonly<Record<string, unknown>>;

export interface Checkpoint {
  readonly loaded: LoadedModel;
  readonly state: TrainerState;
  readonly run: RunFields;
}

/** Finished checkpoints below `directory`, in the order of their steps; none where there is no directory. */
export async function listCheckpoints(directory: string): Promise<{ step: number; path: string }[]> {
  const names = existsSync(directory) ? await readdir(directory) : [];
  return names
    .flatMap((name) => {
      const step = NAME.exec(name)?.[1];
      return step === undefined ? [] : [{ step: Number(step), path: join(directory, name) }];
    })
    .sort((a, b) => a.step - b.step);
}

/**
 * Writes `<directory>/step-<N>` and then removes the oldest until `keep` are left. A checkpoint of the same step
 * is replaced after the new one is complete.
 * @param model config and further files of the model directory
 * @returns the checkpoint's path
 * @throws {CheckpointError} if the disk refuses; earlier checkpoints are untouched
 */
export async function saveCheckpoint(
  directory: string,
  state: TrainerState,
  { model, run, keep }: { model: Omit<SaveModelOptions, 'weights' | 'format'>; run: RunFields; keep: number },
): Promise<string> {
  const target = join(directory, `step-${state.step}`);
  const complete = `${target}.complete`;
  const moments = [...state.moments].map(([name, data]) => ({ name, shape: [data.length], data }));
  try {
    await rm(complete, { recursive: true, force: true });
    await saveModel(complete, {
      ...model,
      weights: state.parameters,
      format: 'F32',
      files: {
        ...model.files,
        [OPTIMIZER_FILE]: writeSafetensors(moments),
        // A loss may be NaN, which becomes null.
        [STATE_FILE]: `${JSON.stringify({ ...run, step: state.step }, null, 2)}\n`,
      },
    });
    await writeManifest(complete, state.step);
    await rm(target, { recursive: true, force: true });
    await rename(complete, target);
    // Before anything older goes.
    await flushDirectory(directory);
  } catch (cause) {
    await rm(complete, { recursive: true, force: true }).catch(() => undefined);
    const last = (await listCheckpoints(directory)).at(-1);
    const kept =
      last === undefined
        ? 'there is no earlier one; make room and start again'
        : `the last good one is ${last.path}; make room and resume`;
    throw new CheckpointError(
      `${target}: the checkpoint could not be written (${deepestMessage(cause)}); ${kept}`,
      { cause },
    );
  }
  await removeOld(directory, { upTo: state.step, keep });
  return target;
}

/**
 * Removes what a killed process left among the checkpoints: unfinished ones, and those that it was about to remove.
 * @param options upTo: the step from which the run goes on; later checkpoints are left alone. keep: as for `saveCheckpoint`
 */
export async function tidyCheckpoints(
  directory: string,
  { upTo, keep }: { readonly upTo: number; readonly keep: number },
): Promise<void> {
  const names = existsSync(directory) ? await readdir(directory) : [];
  for (const name of names.filter((file) => UNFINISHED.test(file))) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
  await removeOld(directory, { upTo, keep });
}

async function removeOld(
  directory: string,
  { upTo, keep }: { readonly upTo: number; readonly keep: number },
): Promise<void> {
  const all = await listCheckpoints(directory);
  for (const { path } of all.filter(({ step }) => step <= upTo).slice(0, -keep)) {
    await rm(path, { recursive: true, force: true });
  }
}

/**
 * Reads a checkpoint directory.
 * @throws {CheckpointError} if it is none, or one of its files is damaged
 */
export async function loadCheckpoint(directory: string): Promise<Checkpoint> {
  const run = await readState(directory);
  await checkManifest(directory);
  try {
    const loaded = await loadModel(directory);
    const specs = loaded.model.parameters.flatMap((spec) =>
      momentNames(spec.name).map((name) => ({
        ...spec,
        name,
        shape: [spec.shape.reduce((size, n) => size * n, 1)],
      })),
    );
    const source = await fileSource(join(directory, OPTIMIZER_FILE));
    try {
      const { weights: moments } = await loadWeights([source], specs);
      return { loaded, run, state: { step: run.step, parameters: loaded.weights, moments } };
    } finally {
      await source.close();
    }
  } catch (cause) {
    throw new CheckpointError(
      `${directory}: the checkpoint is damaged (${oneLine(cause)}); resume from an earlier one`,
      {
        cause,
      },
    );
  }
}

async function readState(directory: string): Promise<RunFields & { readonly step: number }> {
  const path = join(directory, STATE_FILE);
  let state: unknown;
  try {
    state = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new CheckpointError(
      `${path}: expected a checkpoint's state (${oneLine(cause)}); name a directory checkpoints/step-N`,
      { cause },
    );
  }
  if (typeof state === 'object' && state !== null && 'step' in state && Number.isInteger(state.step)) {
    return state as RunFields & { readonly step: number };
  }
  throw new CheckpointError(
    `${path}: expected an object with a step, got something else; resume from an earlier one`,
  );
}

/** The disk's own words under however many wrappers. */
function deepestMessage(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error
    ? deepestMessage(error.cause)
    : oneLine(error);
}

/** In one line. */
function oneLine(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\s*\n\s*/g, ' ') : String(error);
}
