/** The run directory as a run writes it. */
import { rename, rm } from 'node:fs/promises';
import { type SaveModelOptions, saveModel } from '@sftkit/model/node';
import { CheckpointError } from '@sftkit/trainer';
import {
  listCheckpoints,
  metricsFile,
  peakMemoryBytes,
  saveCheckpoint,
  tidyCheckpoints,
} from '@sftkit/trainer/node';
import type { Recipe } from '../recipe/recipe-schema.js';
import { recipeYaml } from '../recipe/recipe-yaml.js';
import { errorOfDisk, isDiskError } from './disk-error.js';
import type { PreparedRun } from './prepare-run.node.js';
import { freshOf, type RunDirectory, removeUnfinished, writeWhole } from './run-directory.node.js';
import { runFields } from './run-fields.node.js';
import type { RunStore } from './train-run.js';

const FORMATS = { float32: 'F32', bfloat16: 'BF16', float16: 'F16' } as const;

export function runStore(recipe: Recipe, run: PreparedRun, directory: RunDirectory): RunStore {
  const format = FORMATS[recipe.dtype];
  const { every, everyMinutes, keep } = recipe.checkpoint;
  let metrics: Awaited<ReturnType<typeof metricsFile>>;
  let savedAt = performance.now();
  const write = <T>(path: string, work: () => Promise<T>) => writing(directory, path, work);
  return {
    async begin(step) {
      await write(directory.metrics, async () => {
        await removeUnfinished(directory);
        await tidyCheckpoints(directory.checkpoints, { upTo: step, keep });
        metrics = await metricsFile(directory.metrics, { fromStep: step });
      });
      await write(directory.recipe, () => writeWhole(directory.recipe, recipeYaml(recipe)));
      savedAt = performance.now();
    },
    append: (line) => write(directory.metrics, () => metrics.append(line)),
    isDue(step) {
      const isOld = everyMinutes > 0 && performance.now() - savedAt >= everyMinutes * 60_000;
      return isOld || (every > 0 && step % every === 0);
    },
    async saveCheckpoint(state, model, progress) {
      const fields = { ...runFields(recipe, run), ...progress };
      const { checkpoints } = directory;
      const path = await write(checkpoints, () =>
        saveCheckpoint(checkpoints, state, { model, run: fields, keep }),
      );
      savedAt = performance.now();
      return path;
    },
    saveBest: (weights, files) =>
      write(directory.best, () => replaceModel(directory.best, { ...files, weights, format })),
    async finish(weights, files, summary, { best }) {
      await write(directory.model, () => replaceModel(directory.model, { ...files, weights, format }));
      const text = `${JSON.stringify(summary, null, 2)}\n`;
      await write(directory.summary, () => writeWhole(directory.summary, text));
      const { model, summary: path } = directory;
      return { model, summary: path, ...(best === undefined ? {} : { best: directory.best }) };
    },
    peakMemoryBytes,
  };
}

/** @throws {SftError} if the disk refuses, with what is kept */
async function writing<T>(directory: RunDirectory, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof CheckpointError || !isDiskError(cause)) throw cause;
    const last = (await listCheckpoints(directory.checkpoints)).at(-1);
    throw errorOfDisk(
      path,
      cause,
      last === undefined
        ? { kept: 'no checkpoint is saved', remedy: 'make room and start again with --overwrite' }
        : { kept: `the last good checkpoint is ${last.path}`, remedy: 'make room and resume' },
    );
  }
}

/** Writes a model beside the one that was there before, if any, and then in its place. */
async function replaceModel(directory: string, options: SaveModelOptions): Promise<void> {
  const fresh = freshOf(directory);
  await rm(fresh, { recursive: true, force: true });
  await saveModel(fresh, options);
  await rm(directory, { recursive: true, force: true });
  await rename(fresh, directory);
}
