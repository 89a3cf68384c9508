import { checkRecipe } from '../recipe/check-recipe.js';
import type { RecipeInput } from '../recipe/recipe-schema.js';
import type { RunEvent } from './run-events.js';
import { type RunControls, runRecipe } from './run-recipe.node.js';

/** The keys of a recipe, and how the run is led. */
export type FineTuneOptions = RecipeInput & RunControls;

/**
 * Fine-tunes a model directory on a file of demonstrations, and writes a run directory: checkpoints, metrics, and a model
 * directory that other tools open.
 *
 *     for await (const event of fineTune({ model: './base', data: { train: 'demos.jsonl' }, output: 'runs/mine' })) {
 *       if (event.type === 'step') console.log(event.step, event.loss);
 *     }
 *
 * The run goes on when the next event is asked for; breaking off the loop ends it without saving, `signal` with.
 * @throws {SftError} and the errors of the packages, with place and remedy
 */
export async function* fineTune(options: FineTuneOptions): AsyncGenerator<RunEvent> {
  const { signal, dryRun, resume, overwrite, predictTime, onPreparing, ...recipe } = options;
  yield* runRecipe(
    checkRecipe(recipe, () => 'fineTune'),
    { signal, dryRun, resume, overwrite, predictTime, onPreparing },
  );
}
