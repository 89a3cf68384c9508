/** How long a run is going to take, from its programs and a moment of measurement on the backend that it will run on. */
import type { Backend } from '@sftkit/tensor';
import { measureRates, objectiveProgram, predictRunSeconds, type RunCounts } from '@sftkit/trainer';
import type { TrainingOptions } from '../recipe/recipe-schema.js';
import type { PlannedRun } from './plan-run.js';

/** Measured so long at first, and longer for runs that are worth it; in seconds. */
const GLANCE = 0.05;
const LOOK = 1;
/** Runs from here on are worth a second. */
const LONG_RUN = 10;

/**
 * Seconds of the steps to come, their evaluations and the compiling of their programs. Preparing, checkpoints and answers
 * are not counted.
 * @param stepsMade before the run was resumed
 * @returns undefined where the backend cannot be timed
 */
export async function predictRunTime(
  backend: Backend,
  options: TrainingOptions,
  run: PlannedRun,
  stepsMade: number,
): Promise<number | undefined> {
  const { base, shape, programs, programOptions } = run;
  const measured = { model: base.model, shape, options: programOptions, programs };
  const counts = countsOf(options, run, stepsMade);
  let seconds: number | undefined;
  for (const budget of [GLANCE, LOOK]) {
    const rates = await measureRates(backend, measured, { seconds: budget });
    if (rates === undefined) return seconds;
    seconds = predictRunSeconds(rates, programs, counts);
    if (seconds < LONG_RUN) break;
  }
  return seconds;
}

function countsOf({ evaluate: { every } }: TrainingOptions, run: PlannedRun, stepsMade: number): RunCounts {
  const { base, shape, evaluation, data } = run;
  const steps = Math.max(0, run.steps - stepsMade);
  const microBatches = data.batches(0, 0).length;
  const { batches, capacity, longestSegment } = evaluation;
  if (batches.length === 0) return { steps, microBatches };
  const between = every === 0 ? 0 : Math.floor(run.steps / every) - Math.floor(stepsMade / every);
  // The last step's counts for the end of the run, too.
  const atEnds = (stepsMade === 0 ? 1 : 0) + (every > 0 && run.steps % every === 0 ? 0 : 1);
  const program = objectiveProgram(base.model, { ...shape, capacity, longestSegment });
  return {
    steps,
    microBatches,
    evaluation: { program, batches: batches.length, evaluations: between + atEnds },
  };
}
