/** From examples and a base to everything that a run needs before its first step. Nothing here touches files. */
import { type FittedExamples, formatReport, type MaskReport, packRows, summarize } from '@sftkit/masking';
import {
  dropoutRates,
  learningRateAt,
  type MicroBatchShape,
  supervisedCapacity,
  type TrainingPrograms,
  type TrainingProgramsOptions,
  trainingPrograms,
} from '@sftkit/trainer';
import type { Base } from '../base/base.js';
import { endOfTextOf, stopTokensOf } from '../base/stop-ids.js';
import { type CollectedExamples, collectExamples, type SplitExample } from '../examples/collect-examples.js';
import type { CompactExample } from '../examples/compact-example.js';
import type { PrepareOptions } from '../examples/prepare-example.js';
import type { PreparedChunk } from '../examples/prepare-here.js';
import { formatRefusals, type Refusal } from '../examples/refusal.js';
import {
  type EvaluationData,
  evaluationBatches,
  longestExample,
  type PlannedData,
  trainingData,
} from '../examples/training-data.js';
import { LIMITS, type TrainingOptions } from '../recipe/recipe-schema.js';
import { SftError } from '../sft-error.js';
import { checkFindings, type Finding } from '../verify/finding.js';
import { relevantFindings, verifyBase } from '../verify/verify-base.js';

export interface PlannedRun {
  readonly base: Base;
  /** How examples became tokens. */
  readonly prepare: PrepareOptions;
  readonly train: FittedExamples<CompactExample>;
  readonly heldOut: FittedExamples<CompactExample>;
  /**
   * Of each side the first kept examples as they were read: those whose prompts are asked, and at least one to show. Of all
   * others, only tokens and places are in memory.
   */
  readonly firstKept: CollectedExamples['firstKept'];
  /** Of both sides, where the mask of an example cannot be exact. */
  readonly refused: readonly Refusal[];
  /** What the verification before training found and this data meets; nothing of grade error. */
  readonly findings: readonly Finding[];
  readonly trainReport: MaskReport;
  readonly heldOutReport: MaskReport;
  readonly data: PlannedData;
  readonly evaluation: EvaluationData;
  /** Optimizer steps in all. */
  readonly steps: number;
  readonly shape: MicroBatchShape;
  readonly programOptions: TrainingProgramsOptions;
  readonly programs: TrainingPrograms;
  /** Of an update, from the number of updates done before it. */
  readonly learningRate: (step: number) => number;
}

/** How examples become tokens, in order and a chunk at a time: on this thread, or on several. */
export type PrepareAll = (options: PrepareOptions) => AsyncIterable<PreparedChunk<SplitExample>>;

/**
 * @param prepareAll examples of both sides; they are read once
 * @param further findings about the data, beside those that are made here; called when all examples are read
 * @throws {SftError} and the errors of the packages, with place and remedy
 */
export async function planRun(
  options: TrainingOptions,
  base: Base,
  { prepareAll, further }: { readonly prepareAll: PrepareAll; readonly further: () => readonly Finding[] },
): Promise<PlannedRun> {
  const { overlong, packing, batch } = options;
  const length = rowLength(options, base);
  const found = verifyBase(base);
  checkFindings(found);
  const prepare = prepareOptions(options, base);
  const collected = await collectExamples(prepareAll(prepare), {
    length,
    overlong,
    asked: options.report.prompts,
  });
  const { train, heldOut, firstKept, refused, kinds } = collected;
  const report = (fitted: FittedExamples<CompactExample>) =>
    summarize(fitted, packRows(fitted.kept, { length, packing }), {
      policy: base.template === undefined ? 'all' : options.mask,
      overlong,
      length,
    });
  const trainReport = report(train);
  checkSomethingIsLeft(train, refused, trainReport);
  const data = trainingData(train.kept, { length, packing, ...batch, seed: options.seed });
  const steps = stepsOf(options, data);
  const rows = { rows: batch.rows, length };
  const shape = {
    ...rows,
    capacity: supervisedCapacity(data.maxSupervised(Math.ceil(steps / data.stepsPerEpoch)), rows),
    longestSegment: longestExample(train.kept),
  };
  const programOptions = programOptionsOf(options, base);
  return {
    base,
    prepare,
    train,
    heldOut,
    firstKept,
    refused,
    findings: [
      ...relevantFindings(found, kinds, prepare.template),
      ...collected.findings.findings(options.matchPrompt),
      ...further(),
    ],
    trainReport,
    heldOutReport: report(heldOut),
    data,
    evaluation: evaluationBatches(heldOut.kept, { length, packing, rows: batch.rows }),
    steps,
    shape,
    programOptions,
    programs: trainingPrograms(base.model, shape, programOptions),
    learningRate: learningRateOf(options, steps),
  };
}

/** How the examples of a base become tokens. */
export function prepareOptions(
  {
    mask,
    roles,
    reasoning,
  }: Pick<TrainingOptions, 'mask'> & Partial<Pick<TrainingOptions, 'roles' | 'reasoning'>>,
  base: Base,
): PrepareOptions {
  return {
    tokenizer: base.tokenizer,
    template: base.template?.template,
    mask,
    ...(roles === undefined ? {} : { roles }),
    ...(reasoning === undefined ? {} : { reasoning }),
    stopTokens: stopTokensOf(base),
    endOfText: endOfTextOf(base),
  };
}

/** Learning rate of each update of a run of so many steps. */
export function learningRateOf(
  { optimizer, schedule }: Pick<TrainingOptions, 'optimizer' | 'schedule'>,
  totalSteps: number,
): (step: number) => number {
  const { kind, warmup, floor } = schedule;
  const warmupSteps = warmup < 1 ? Math.round(warmup * totalSteps) : warmup;
  return (step) =>
    learningRateAt(step, { kind, peak: optimizer.learningRate, totalSteps, warmupSteps, floor });
}

/** Rows of a recipe that names no length, at most: enough for most demonstrations. */
const AUTO_LENGTH = 512;

/** T */
function rowLength({ length }: TrainingOptions, { config: { maxPositions } }: Base): number {
  if (length === 'auto') return Math.min(AUTO_LENGTH, maxPositions);
  if (length <= maxPositions) return length;
  throw new SftError(
    `length: ${length} is above the model's context of ${maxPositions} tokens; set length to at most ${maxPositions}`,
  );
}

function checkSomethingIsLeft(
  { kept }: FittedExamples<CompactExample>,
  refused: readonly Refusal[],
  report: MaskReport,
): void {
  if (kept.length > 0) return;
  throw new SftError(
    ['data.train: no example is left to train on.', ...formatRefusals(refused), formatReport(report)].join(
      ' ',
    ),
  );
}

function stepsOf({ steps, epochs }: TrainingOptions, { stepsPerEpoch }: PlannedData): number {
  const wanted = steps ?? Math.max(1, Math.round(epochs * stepsPerEpoch));
  if (wanted > LIMITS.steps) {
    throw new SftError(
      `epochs: expected at most ${LIMITS.steps} steps, got ${epochs} epochs of ${stepsPerEpoch} steps, which is ${wanted}; set fewer epochs, or steps`,
    );
  }
  return wanted;
}

function programOptionsOf(options: TrainingOptions, { config }: Base): TrainingProgramsOptions {
  const rates = dropoutRates(options.dropout, config.numLayers);
  const { betas, epsilon, weightDecay } = options.optimizer;
  return {
    betas,
    epsilon,
    weightDecay,
    dropout: rates.some((rate) => rate > 0) ? rates : undefined,
    activationCheckpointing: options.activationCheckpointing,
  };
}
