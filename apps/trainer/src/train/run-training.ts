/** A training run: from a prepared recipe to the run directory. */
import { rename, rm } from 'node:fs/promises';
import { type SaveModelOptions, saveModel } from '@sftkit/model/node';
import { type Evaluation, NonFiniteError, type StepReport, Trainer } from '@sftkit/trainer';
import { metricsFile, peakMemoryBytes, saveCheckpoint } from '@sftkit/trainer/node';
import type { ChosenBackend } from '../choose-backend.js';
import { modelFiles } from '../prepare/model-files.js';
import { unlearnableCharacters } from '../prepare/prepare-example.js';
import { countRefusals } from '../prepare/refusal.js';
import { recipeYaml } from '../recipe/format-recipe.js';
import type { ReadRecipe } from '../recipe/read-recipe.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { type Answers, answerPrompts } from '../report/answer-prompts.js';
import { progress } from '../report/progress.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import type { PreparedRun } from './prepare-run.js';
import { type RunDirectory, writeWhole } from './run-directory.js';
import { runFields } from './run-fields.js';
import { StoppedError } from './stop-signals.js';

/** What is measured before the first step and after the last. */
export interface Measured {
  /** Undefined where nothing is held out. */
  readonly evaluation: Evaluation | undefined;
  readonly answers: Answers;
}

export interface RunResult {
  readonly before: Measured;
  readonly after: Measured;
  readonly summary: Readonly<Record<string, unknown>>;
}

const FORMATS = { float32: 'F32', bfloat16: 'BF16', float16: 'F16' } as const;

/**
 * Every state that can be gone on from is on the disk before anything else is done with it: the last step, too, has a
 * checkpoint before the model is evaluated and written.
 * @param stop when it is aborted, the step is finished and saved, and the run ends
 * @throws {UserError} if the numbers stop being finite; the run directory keeps what was saved
 * @throws {StoppedError} if the run was stopped
 */
export async function runTraining(
  read: ReadRecipe,
  run: PreparedRun,
  directory: RunDirectory,
  { backend }: ChosenBackend,
  terminal: Terminal,
  stop: AbortSignal,
): Promise<RunResult> {
  const { recipe } = read;
  const { base, checkpoint } = run;
  const started = performance.now();
  const trainer = await Trainer.create(backend, base.model, base.weights, run.shape, {
    ...run.programOptions,
    learningRate: run.learningRate,
    clip: recipe.clip > 0 ? recipe.clip : undefined,
    seed: recipe.seed,
    resume: checkpoint?.state,
    adopt: true,
  });
  // They are the trainer's now.
  base.weights.clear();
  try {
    await writeWhole(directory.recipe, recipeYaml(read));
    const metrics = await metricsFile(directory.metrics, { fromStep: trainer.step });
    const measure = async (): Promise<Measured> => ({
      evaluation: await evaluateHeldOut(trainer, run),
      answers: await answerPrompts(base, trainer.parameterBuffers, backend, {
        examples: run.heldOut.kept.slice(0, recipe.report.prompts),
        samples: recipe.report.samples,
        maxNewTokens: recipe.report.maxNewTokens,
      }),
    });
    const before = (checkpoint?.run.before as Measured | undefined) ?? (await measure());
    const files = modelFiles(base);
    const shown = progress(terminal, run.steps);
    let tokens = 0;
    let seconds = 0;
    let saved = trainer.step;
    let savedAt = performance.now();
    const save = async (): Promise<void> => {
      await saveCheckpoint(directory.checkpoints, await trainer.state({ copy: false }), {
        model: files,
        run: { ...runFields(recipe, run), before },
        keep: recipe.checkpoint.keep,
      });
      saved = trainer.step;
      savedAt = performance.now();
    };
    const checkStop = async (): Promise<void> => {
      if (!stop.aborted) return;
      shown.end();
      if (saved < trainer.step) await save();
      throw new StoppedError(stop, whatIsKept(trainer.step, run.steps));
    };
    await checkStop();
    for await (const step of stepsOf(trainer, run)) {
      tokens += step.totalTokens;
      seconds += step.totalTokens / step.tokensPerSecond;
      const stepsDone = step.step - (checkpoint?.state.step ?? 0);
      shown.step(step, (seconds / stepsDone) * (run.steps - step.step));
      const evaluation = isDue(recipe.evaluate.every, step.step)
        ? await evaluateHeldOut(trainer, run)
        : undefined;
      if (evaluation !== undefined)
        shown.remark(`step ${step.step}: held-out loss ${evaluation.loss.toFixed(4)}`);
      await metrics.append({
        ...step,
        memoryBytes: peakMemoryBytes(),
        ...(evaluation === undefined
          ? {}
          : { heldOutLoss: evaluation.loss, heldOutTokenAccuracy: evaluation.tokenAccuracy }),
      });
      const { every, everyMinutes } = recipe.checkpoint;
      const isOld = everyMinutes > 0 && performance.now() - savedAt >= everyMinutes * 60_000;
      if (isDue(every, step.step) || isOld || step.step === run.steps) await save();
      await checkStop();
    }
    shown.end();
    const after = await measure();
    await checkStop();
    await replaceModel(directory, {
      ...files,
      weights: await trainer.parameters({ copy: false }),
      format: FORMATS[recipe.dtype],
    });
    const summary = {
      ...summarize(recipe, run, { before, after }),
      tokensPerSecond: seconds > 0 ? tokens / seconds : null,
      backend: backend.name,
      peakMemoryBytes: peakMemoryBytes(),
      seconds: (performance.now() - started) / 1000,
    };
    await writeWhole(directory.summary, `${JSON.stringify(summary, null, 2)}\n`);
    return { before, after, summary };
  } finally {
    await trainer.dispose();
  }
}

function whatIsKept(step: number, steps: number): string {
  if (step === 0) return 'nothing was trained yet';
  const done = step === steps ? 'all steps are done' : `step ${step} of ${steps} is done`;
  return `${done} and saved; the same command with --resume goes on`;
}

/** Writes the model beside the one that an earlier end of the run left, if any, and then in its place. */
async function replaceModel({ model }: RunDirectory, options: SaveModelOptions): Promise<void> {
  const fresh = `${model}.new`;
  await rm(fresh, { recursive: true, force: true });
  await saveModel(fresh, options);
  await rm(model, { recursive: true, force: true });
  await rename(fresh, model);
}

/** The trainer's steps; where numbers stop being finite, with the places of the batch's examples. */
async function* stepsOf(trainer: Trainer, { data, steps, train }: PreparedRun): AsyncGenerator<StepReport> {
  try {
    yield* trainer.fit(data, { steps });
  } catch (cause) {
    if (!(cause instanceof NonFiniteError)) throw cause;
    const places = cause.examples.slice(0, 4).map((index) => {
      const { file, line } = train.kept[index]!.example.source;
      return `${file}:${line}`;
    });
    throw new UserError(
      `step ${cause.step}: ${cause.tensor} is not finite, on the batch of ${places.join(', ')}${cause.examples.length > 4 ? ' …' : ''} (${cause.examples.length} examples); ` +
        'the step was not applied and nothing saved was touched; look at these examples, or lower optimizer.learningRate or clip',
      { cause },
    );
  }
}

async function evaluateHeldOut(
  trainer: Trainer,
  { evaluation }: PreparedRun,
): Promise<Evaluation | undefined> {
  const { batches, capacity, longestSegment } = evaluation;
  return batches.length === 0 ? undefined : trainer.evaluate(batches, { capacity, longestSegment });
}

function summarize(
  recipe: Recipe,
  run: PreparedRun,
  { before, after }: { before: Measured; after: Measured },
) {
  const { trainReport, heldOutReport, steps } = run;
  return {
    heldOutLossBefore: before.evaluation?.loss ?? null,
    heldOutLossAfter: after.evaluation?.loss ?? null,
    heldOutTokenAccuracyBefore: before.evaluation?.tokenAccuracy ?? null,
    heldOutTokenAccuracyAfter: after.evaluation?.tokenAccuracy ?? null,
    endsTurnBefore: before.answers.endsTurn,
    endsTurnAfter: after.answers.endsTurn,
    endsTurnPrompts: after.answers.prompts,
    samples: after.answers.samples.map((sample, index) => ({
      prompt: sample.prompt,
      before: before.answers.samples[index]?.answer ?? null,
      after: sample.answer,
    })),
    steps,
    seed: recipe.seed,
    examples: trainReport.kept,
    heldOutExamples: heldOutReport.kept,
    tokens: trainReport.tokens,
    supervisedTokens: trainReport.supervisedTokens,
    supervisedShare: trainReport.supervisedShare,
    packingEfficiency: trainReport.packingEfficiency,
    dropped: trainReport.dropped,
    refused: countRefusals(run.refused),
    straddlingTokens: trainReport.straddlingTokens,
    unlearnableCharacters: unlearnableCharacters(run.train.kept),
    findings: run.findings,
  };
}

function isDue(every: number, step: number): boolean {
  return every > 0 && step % every === 0;
}
