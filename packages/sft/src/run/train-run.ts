/** The road of a run from its first step to its last, told as events. What is written is the store's business. */
import type { Backend } from '@sftkit/tensor';
import {
  type Evaluation,
  NonFiniteError,
  type StepReport,
  Trainer,
  type TrainerState,
} from '@sftkit/trainer';
import { modelFiles } from '../base/model-files.js';
import type { TrainingOptions } from '../recipe/recipe-schema.js';
import { SftError } from '../sft-error.js';
import { answerPrompts } from './answer-prompts.js';
import type { PlannedRun } from './plan-run.js';
import type {
  BestEvaluation,
  Measured,
  ModelFiles,
  RunEvent,
  RunProgress,
  RunSummary,
} from './run-events.js';
import { summarizeRun } from './summarize-run.js';

type Weights = ReadonlyMap<string, Float32Array>;

/** Where a run is written. Each method resolves when it is on the disk. */
export interface RunStore {
  /** Before the first step that is made now. */
  begin(step: number): Promise<void>;
  /** One line of the metrics. */
  append(line: Readonly<Record<string, unknown>> & { readonly step: number }): Promise<void>;
  /** Whether it is time for a checkpoint besides that of the last step. */
  isDue(step: number): boolean;
  /** @returns the checkpoint's path */
  saveCheckpoint(state: TrainerState, files: ModelFiles, progress: RunProgress): Promise<string>;
  /** The model with the lowest held-out loss up to now. */
  saveBest(weights: Weights, files: ModelFiles): Promise<void>;
  /** The model and the summary. */
  finish(weights: Weights, files: ModelFiles, summary: RunSummary, progress: RunProgress): Promise<Written>;
  /** Most memory that the process had up to now. */
  peakMemoryBytes(): number;
}

type Written = Extract<RunEvent, { type: 'finished' }>['written'];

export interface TrainRunOptions {
  /** Undefined: nothing is written. */
  readonly store?: RunStore | undefined;
  /** When it is aborted, the step is finished and saved, and the run ends. */
  readonly signal?: AbortSignal | undefined;
  /** Where a saved run stands. */
  readonly resume?: { readonly state: TrainerState; readonly progress: RunProgress } | undefined;
}

/**
 * Every state that can be gone on from is on the disk before anything else is done with it: the last step, too, has a
 * checkpoint before the model is evaluated and written.
 * @throws {SftError} if the numbers stop being finite; what was saved stays
 */
export async function* trainRun(
  options: TrainingOptions,
  run: PlannedRun,
  backend: Backend,
  { store, signal, resume }: TrainRunOptions = {},
): AsyncGenerator<RunEvent> {
  const started = performance.now();
  const { base } = run;
  const trainer = await Trainer.create(backend, base.model, base.weights, run.shape, {
    ...run.programOptions,
    programs: run.programs,
    learningRate: run.learningRate,
    clip: options.clip > 0 ? options.clip : undefined,
    seed: options.seed,
    resume: resume?.state,
    adopt: true,
  });
  // They are the trainer's now.
  base.weights.clear();
  const speed = { tokens: 0, seconds: 0 };
  try {
    await store?.begin(trainer.step);
    const before = resume?.progress.before ?? (yield* measureNow(options, run, trainer, backend));
    const files = modelFiles(base);
    let progress: RunProgress = resume?.progress ?? { before, best: undefined, sinceBest: 0 };
    let savedAt = trainer.step;
    let checkpoint: string | undefined;
    const save = async function* (): AsyncGenerator<RunEvent> {
      if (store === undefined) return;
      checkpoint = await store.saveCheckpoint(await trainer.state({ copy: false }), files, progress);
      savedAt = trainer.step;
      yield { type: 'checkpoint', step: trainer.step, path: checkpoint };
    };
    let last: Evaluation | undefined;
    const remember = async (evaluation: Evaluation): Promise<void> => {
      last = evaluation;
      progress = withEvaluation(progress, trainer.step, evaluation);
      if (progress.best?.step === trainer.step) {
        await store?.saveBest(await trainer.parameters({ copy: false }), files);
      }
    };
    const isStopped = () => signal?.aborted === true;
    const isDone = () => trainer.step >= run.steps || isPatienceOver(options, progress);
    const stopped = (): RunEvent => ({ type: 'stopped', step: trainer.step, steps: run.steps, checkpoint });
    if (isStopped()) return yield stopped();
    for await (const report of isDone() ? [] : stepsOf(trainer, run)) {
      last = undefined;
      speed.tokens += report.totalTokens;
      speed.seconds += report.totalTokens / report.tokensPerSecond;
      const stepsMade = report.step - (resume?.state.step ?? 0);
      const secondsLeft = (speed.seconds / stepsMade) * (run.steps - report.step);
      yield { type: 'step', ...report, steps: run.steps, secondsLeft };
      const { every } = options.evaluate;
      const isDue = every > 0 && report.step % every === 0;
      const evaluation = isDue ? await evaluateHeldOut(trainer, run) : undefined;
      if (evaluation !== undefined) await remember(evaluation);
      await store?.append({ ...report, memoryBytes: store.peakMemoryBytes(), ...measuredFields(evaluation) });
      if (evaluation !== undefined) yield { type: 'evaluation', step: report.step, ...evaluation };
      const done = isDone();
      if (done || store?.isDue(report.step) === true) yield* save();
      if (isStopped()) {
        if (savedAt < trainer.step) yield* save();
        return yield stopped();
      }
      if (done) break;
    }
    const after = yield* measureNow(options, run, trainer, backend, last);
    if (after.evaluation !== undefined && last === undefined && options.evaluate.every > 0) {
      await remember(after.evaluation);
    }
    if (isStopped()) return yield stopped();
    const summary: RunSummary = {
      ...summarizeRun(options, run, { before, after, best: progress.best, step: trainer.step }),
      tokensPerSecond: speed.seconds > 0 ? speed.tokens / speed.seconds : null,
      backend: backend.name,
      peakMemoryBytes: store?.peakMemoryBytes() ?? null,
      seconds: (performance.now() - started) / 1000,
    };
    const weights = await trainer.parameters({ copy: store === undefined });
    const written = await store?.finish(weights, files, summary, progress);
    const trained = store === undefined ? trainedBase(run, files, weights) : undefined;
    yield { type: 'finished', before, after, summary, written, trained };
  } finally {
    await trainer.dispose();
  }
}

/** The held-out loss and the answers as they are now, each told as an event. @param known the loss, where it is known */
async function* measureNow(
  { report }: TrainingOptions,
  run: PlannedRun,
  trainer: Trainer,
  backend: Backend,
  known?: Evaluation,
): AsyncGenerator<RunEvent, Measured> {
  const { step } = trainer;
  const evaluation = known ?? (await evaluateHeldOut(trainer, run));
  if (evaluation !== undefined && known === undefined) yield { type: 'evaluation', step, ...evaluation };
  await trainer.rest();
  const answers = await answerPrompts(run, trainer.parameterBuffers, backend, report);
  for (const sample of answers.samples) yield { type: 'sample', step, ...sample };
  return { evaluation, answers };
}

async function evaluateHeldOut(
  trainer: Trainer,
  { evaluation }: PlannedRun,
): Promise<Evaluation | undefined> {
  const { batches, capacity, longestSegment } = evaluation;
  return batches.length === 0 ? undefined : trainer.evaluate(batches, { capacity, longestSegment });
}

function withEvaluation(progress: RunProgress, step: number, { loss }: Evaluation): RunProgress {
  const { best, sinceBest } = progress;
  const isBest = best === undefined || loss < best.heldOutLoss;
  const now: BestEvaluation = { step, heldOutLoss: loss };
  return { ...progress, best: isBest ? now : best, sinceBest: isBest ? 0 : sinceBest + 1 };
}

function isPatienceOver({ evaluate: { patience } }: TrainingOptions, { sinceBest }: RunProgress): boolean {
  return patience !== undefined && sinceBest >= patience;
}

/** As a line of the metrics has them. */
function measuredFields(evaluation: Evaluation | undefined) {
  if (evaluation === undefined) return {};
  return { heldOutLoss: evaluation.loss, heldOutTokenAccuracy: evaluation.tokenAccuracy };
}

/** The trainer's steps; where numbers stop being finite, with the places of the batch's examples. */
async function* stepsOf(trainer: Trainer, { data, steps, train }: PlannedRun): AsyncGenerator<StepReport> {
  try {
    yield* trainer.fit(data, { steps });
  } catch (cause) {
    if (!(cause instanceof NonFiniteError)) throw cause;
    const places = cause.examples.slice(0, 4).map((index) => {
      const { file, line } = train.kept[index]!.source;
      return `${file}:${line}`;
    });
    throw new SftError(
      `step ${cause.step}: ${cause.tensor} is not finite, on the batch of ${places.join(', ')}${cause.examples.length > 4 ? ' …' : ''} (${cause.examples.length} examples); ` +
        'the step was not applied and nothing saved was touched; look at these examples, or lower optimizer.learningRate or clip',
      { cause },
    );
  }
}

function trainedBase({ base }: PlannedRun, files: ModelFiles, weights: Weights) {
  const { configJson = base.configJson, generationConfig } = files;
  return { ...base, configJson, generationConfig, weights: new Map(weights) };
}
