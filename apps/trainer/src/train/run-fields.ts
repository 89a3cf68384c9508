/** What a checkpoint remembers of its run, so that a resumed run is the same run or says why it cannot be. */
import type { RunFields } from '@sftkit/trainer/node';
import type { Recipe } from '../recipe/recipe-schema.js';
import { UserError } from '../user-error.js';
import type { PreparedRun } from './prepare-run.js';

/** Keys that may change between a run and its continuation without changing what is computed. */
const FREE: ReadonlySet<string> = new Set([
  'output',
  'evaluate',
  'checkpoint',
  'report',
  'backend',
  'threads',
  'dtype',
  'model',
  'activationCheckpointing',
  'data',
]);

export function runFields(recipe: Recipe, { dataHash, steps, shape, clock }: PreparedRun): RunFields {
  const fixed = Object.fromEntries(Object.entries(recipe).filter(([key]) => !FREE.has(key)));
  return {
    seed: recipe.seed,
    dataHash,
    steps,
    capacity: shape.capacity,
    clock: clock.toISOString(),
    recipe: fixed,
  };
}

/** @throws {UserError} naming the key in which the recipe differs from the checkpoint's, or the data */
export function checkSameRun(saved: RunFields, recipe: Recipe, run: PreparedRun): void {
  // As JSON: what is undefined is not written.
  const now = JSON.parse(JSON.stringify(runFields(recipe, run))) as Record<string, unknown>;
  const before = (saved.recipe ?? {}) as Record<string, unknown>;
  const recipeNow = now.recipe as Record<string, unknown>;
  for (const key of new Set([...Object.keys(before), ...Object.keys(recipeNow)])) {
    if (JSON.stringify(before[key]) !== JSON.stringify(recipeNow[key])) {
      throw new UserError(
        `resume: ${key} was ${JSON.stringify(before[key])} in the checkpoint's run and is ${JSON.stringify(recipeNow[key])} now; resume with the same recipe, or start a new run`,
      );
    }
  }
  if (saved.dataHash !== now.dataHash || saved.steps !== now.steps) {
    throw new UserError(
      'resume: the training data is not what the checkpoint was trained on; restore it, or start a new run',
    );
  }
}
