/** The run directory as a run writes it. */
import { rename, rm } from 'node:fs/promises';
import { type SaveModelOptions, saveModel } from '@sftkit/model/node';
import { metricsFile, peakMemoryBytes, saveCheckpoint, tidyCheckpoints } from '@sftkit/trainer/node';
import type { Recipe } from '../recipe/recipe-schema.js';
import { recipeYaml } from '../recipe/recipe-yaml.js';
import type { PreparedRun } from './prepare-run.node.js';
import { type RunDirectory, writeWhole } from './run-directory.node.js';
import { runFields } from './run-fields.node.js';
import type { RunStore } from './train-run.js';

const FORMATS = { float32: 'F32', bfloat16: 'BF16', float16: 'F16' } as const;

export function runStore(recipe: Recipe, run: PreparedRun, directory: RunDirectory): RunStore {
  const format = FORMATS[recipe.dtype];
  const { every, everyMinutes, keep } = recipe.checkpoint;
  let metrics: Awaited<ReturnType<typeof metricsFile>>;
  let savedAt = performance.now();
  return {
    async begin(step) {
      await writeWhole(directory.recipe, recipeYaml(recipe));
      await tidyCheckpoints(directory.checkpoints, { upTo: step, keep });
      metrics = await metricsFile(directory.metrics, { fromStep: step });
      savedAt = performance.now();
    },
    append: (line) => metrics.append(line),
    isDue(step) {
      const isOld = everyMinutes > 0 && performance.now() - savedAt >= everyMinutes * 60_000;
      return isOld || (every > 0 && step % every === 0);
    },
    async saveCheckpoint(state, model, progress) {
      const fields = { ...runFields(recipe, run), ...progress };
      const path = await saveCheckpoint(directory.checkpoints, state, { model, run: fields, keep });
      savedAt = performance.now();
      return path;
    },
    saveBest: (weights, files) => replaceModel(directory.best, { ...files, weights, format }),
    async finish(weights, files, summary, { best }) {
      await replaceModel(directory.model, { ...files, weights, format });
      await writeWhole(directory.summary, `${JSON.stringify(summary, null, 2)}\n`);
      const { model, summary: path } = directory;
      return { model, summary: path, ...(best === undefined ? {} : { best: directory.best }) };
    },
    peakMemoryBytes,
  };
}

/** Writes a model beside the one that was there before, if any, and then in its place. */
async function replaceModel(directory: string, options: SaveModelOptions): Promise<void> {
  const fresh = `${directory}.new`;
  await rm(fresh, { recursive: true, force: true });
  await saveModel(fresh, options);
  await rm(directory, { recursive: true, force: true });
  await rename(fresh, directory);
}
