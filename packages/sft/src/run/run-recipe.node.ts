/** A recipe, run: everything between its first line and the run directory, told as events. */
import type { Backend } from '@sftkit/tensor';
import { type ChosenBackend, chooseBackend } from '../choose-backend.node.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { checkStart, fits } from './check-start.node.js';
import { predictRunMemory } from './predict-memory.js';
import { predictRunTime } from './predict-time.js';
import { type PreparedRun, prepareRun } from './prepare-run.node.js';
import { checkFree, checkpointToResume, clearRun, runDirectory } from './run-directory.node.js';
import type { PreparedEvent, RunEvent, RunProgress } from './run-events.js';
import { checkSameRun } from './run-fields.node.js';
import { lockRun } from './run-lock.node.js';
import { runStore } from './run-store.node.js';
import { trainRun } from './train-run.js';

export interface RunControls {
  /** When it is aborted, the step is finished and saved, and the run ends with the event `stopped`. */
  readonly signal?: AbortSignal | undefined;
  /** Ends with the event `prepared`; nothing is written. */
  readonly dryRun?: boolean | undefined;
  /** Goes on from a checkpoint: true for the newest of the run that is whole, or a checkpoint's directory. */
  readonly resume?: boolean | string | undefined;
  /** Replaces a run that the output directory already holds. */
  readonly overwrite?: boolean | undefined;
  /** Whether the machine is measured for a moment, to predict the time. Default: true. */
  readonly predictTime?: boolean | undefined;
  /** Told how many examples are tokens with labels, while the files are read and prepared. */
  readonly onPreparing?: ((done: number) => void) | undefined;
}

/**
 * @throws {SftError} and the errors of the packages, with place and remedy: before the first step where that can be
 *   known, and never after a step without saying what is kept
 */
export async function* runRecipe(recipe: Recipe, controls: RunControls = {}): AsyncGenerator<RunEvent> {
  if (controls.dryRun === true) {
    yield* prepareAndTrain(recipe, controls, []);
    return;
  }
  const lock = await lockRun(recipe.output);
  try {
    const notes =
      lock.takenFrom === undefined
        ? []
        : [`${recipe.output}: pid ${lock.takenFrom}, which wrote this run, is gone; going on without it`];
    yield* prepareAndTrain(recipe, controls, notes);
  } finally {
    await lock.release();
  }
}

async function* prepareAndTrain(
  recipe: Recipe,
  controls: RunControls,
  notes: string[],
): AsyncGenerator<RunEvent> {
  const { signal, dryRun = false, resume = false, overwrite = false, onPreparing } = controls;
  const directory = runDirectory(recipe.output);
  const resumeFrom =
    resume === false
      ? undefined
      : await checkpointToResume(directory, resume, (problem) => notes.push(`passed over ${problem}`));
  if (!dryRun) checkFree(directory, { overwrite, resumeFrom });
  const run = await prepareRun(recipe, { resumeFrom, onPreparing });
  if (run.checkpoint !== undefined) checkSameRun(run.checkpoint.run, recipe, run);
  const chosen = await chooseBackend(recipe.backend, { threads: recipe.threads });
  try {
    const memory = memoryOf(recipe, run, chosen.backend);
    const stepsMade = run.checkpoint?.state.step ?? 0;
    const seconds =
      controls.predictTime === false || !fits(memory)
        ? undefined
        : await predictRunTime(chosen.backend, recipe, run, stepsMade);
    const prepared = describePrepared(run, chosen, { memory, seconds, resumeFrom, notes });
    yield prepared;
    await checkStart(recipe, run, prepared.memory);
    if (dryRun) return;
    if (resumeFrom === undefined) await clearRun(directory);
    yield* trainRun(recipe, run, chosen.backend, {
      store: runStore(recipe, run, directory),
      signal,
      resume: resumeOf(run),
    });
  } finally {
    await chosen.dispose();
  }
}

function resumeOf({ checkpoint }: PreparedRun) {
  if (checkpoint === undefined) return undefined;
  const { before, best, sinceBest } = checkpoint.run as Partial<RunProgress>;
  const progress: RunProgress = { before: before!, best: best ?? undefined, sinceBest: sinceBest ?? 0 };
  return { state: checkpoint.state, progress };
}

function describePrepared(
  run: PreparedRun,
  { backend, reason }: ChosenBackend,
  {
    resumeFrom,
    ...predicted
  }: Pick<PreparedEvent, 'memory' | 'seconds' | 'notes'> & { readonly resumeFrom: string | undefined },
): PreparedEvent {
  return {
    type: 'prepared',
    run,
    backend: { name: backend.name, description: backend.description, reason },
    ...predicted,
    tokens: tokensToCome(run),
    resumed:
      run.checkpoint === undefined ? undefined : { from: resumeFrom!, step: run.checkpoint.state.step },
  };
}

function memoryOf(recipe: Recipe, run: PreparedRun, backend: Backend) {
  return predictRunMemory(backend, run, {
    report: recipe.report,
    resumes: run.checkpoint !== undefined,
    presentBytes: process.memoryUsage.rss(),
  });
}

/** As many as the examples have, epoch by epoch. */
function tokensToCome({ trainReport, steps, data, checkpoint }: PreparedRun): number {
  const toCome = steps - (checkpoint?.state.step ?? 0);
  return Math.round((trainReport.tokens * toCome) / data.stepsPerEpoch);
}
