/** What a checkpoint remembers of its run, so that a resumed run is the same run or says why it cannot be. */
import { createHash } from 'node:crypto';
import type { RunFields } from '@sftkit/trainer/node';
import type { Recipe } from '../recipe/recipe-schema.js';
import { SftError } from '../sft-error.js';
import { learningRateOf } from './plan-run.js';
import type { PreparedRun } from './prepare-run.node.js';

/** Keys that may change between a run and its continuation without changing what the steps compute. */
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

/** Compared by what they come to: the template by its text, the number of steps by the steps that are made already. */
const COMPARED: ReadonlySet<string> = new Set(['template', 'epochs', 'steps']);

export function runFields(recipe: Recipe, { dataHash, steps, shape, clock, base }: PreparedRun): RunFields {
  const fixed = Object.fromEntries(Object.entries(recipe).filter(([key]) => !FREE.has(key)));
  return {
    seed: recipe.seed,
    dataHash,
    steps,
    capacity: shape.capacity,
    clock: clock.toISOString(),
    templateHash: hashOf(base.template?.template.source ?? ''),
    recipe: fixed,
  };
}

/** @throws {SftError} naming the key in which the recipe differs from the checkpoint's, or what else does */
export function checkSameRun(saved: RunFields, recipe: Recipe, run: PreparedRun): void {
  // As JSON: what is undefined is not written.
  const now = JSON.parse(JSON.stringify(runFields(recipe, run))) as Record<string, unknown>;
  const before = (saved.recipe ?? {}) as Record<string, unknown>;
  const recipeNow = now.recipe as Record<string, unknown>;
  for (const key of new Set([...Object.keys(before), ...Object.keys(recipeNow)])) {
    if (!COMPARED.has(key) && JSON.stringify(before[key]) !== JSON.stringify(recipeNow[key])) {
      throw new SftError(
        `resume: ${key} was ${JSON.stringify(before[key])} in the checkpoint's run and is ${JSON.stringify(recipeNow[key])} now; resume with the same recipe, or start a new run`,
      );
    }
  }
  if (saved.templateHash !== now.templateHash) {
    throw new SftError(
      `resume: the text of the template ${recipe.template} is not the one that the checkpoint's run was trained with (template: ${before.template}); restore it, or start a new run`,
    );
  }
  if (saved.dataHash !== now.dataHash) {
    throw new SftError(
      'resume: the training data is not what the checkpoint was trained on; restore it, or start a new run',
    );
  }
  checkSteps(Number(saved.steps), recipe, run);
}

/**
 * Another number of steps is the same run as long as the learning rates of the steps already made stay what they were.
 * @throws {SftError} where they do not
 */
function checkSteps(
  stepsBefore: number,
  recipe: Recipe,
  { checkpoint, steps, learningRate }: PreparedRun,
): void {
  if (steps === stepsBefore) return;
  const made = checkpoint!.state.step;
  if (steps < made) {
    throw new SftError(
      `resume: expected at least the ${made} steps that are made, got ${steps}; set steps or epochs to more, or start a new run`,
    );
  }
  const rateBefore = learningRateOf(recipe, stepsBefore);
  for (let step = 0; step < made; step++) {
    if (rateBefore(step) === learningRate(step)) continue;
    throw new SftError(
      `resume: the run was planned with ${stepsBefore} steps, and with ${steps} the learning rate of step ${step + 1}, which is made, would have been ${learningRate(step)} instead of ${rateBefore(step)}; ` +
        'only schedule.kind: constant (with schedule.warmup in steps) can be made longer; resume with the same number of steps, or start a new run',
    );
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
