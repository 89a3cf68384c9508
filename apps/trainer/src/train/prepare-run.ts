/** From a recipe to everything that a run needs before the first step. */
import { createHash } from 'node:crypto';
import type { Columns, Example } from '@sftkit/data';
import {
  type FittedExamples,
  fitExamples,
  formatReport,
  type MaskReport,
  packRows,
  summarize,
} from '@sftkit/masking';
import type { LoadedModel } from '@sftkit/model/node';
import {
  dropoutRates,
  learningRateAt,
  type MicroBatchShape,
  supervisedCapacity,
  type TrainingPrograms,
  type TrainingProgramsOptions,
  trainingPrograms,
} from '@sftkit/trainer';
import { type Checkpoint, loadCheckpoint } from '@sftkit/trainer/node';
import { type Base, endOfTextOf, initializeBase, loadBase, stopTokensOf } from '../prepare/load-base.js';
import { firstConversations, type LoadTemplateOptions } from '../prepare/load-template.js';
import type { PreparedExample, PrepareOptions } from '../prepare/prepare-example.js';
import { prepareExamples } from '../prepare/prepare-examples.js';
import { readSplit } from '../prepare/read-data.js';
import { formatRefusals, type RefusedExample } from '../prepare/refusal.js';
import {
  evaluationBatches,
  longestExample,
  type PlannedData,
  trainingData,
} from '../prepare/training-data.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { UserError } from '../user-error.js';
import { dataFindings } from '../verify/data-findings.js';
import { checkFindings, type Finding } from '../verify/finding.js';
import { UnknownKeys } from '../verify/unknown-keys.js';
import { relevantFindings, verifyBase } from '../verify/verify-base.js';

export interface PreparedRun {
  readonly base: Base;
  /** How examples became tokens. */
  readonly prepare: PrepareOptions;
  readonly train: FittedExamples<PreparedExample>;
  readonly heldOut: FittedExamples<PreparedExample>;
  /** Examples of both whose mask cannot be exact. */
  readonly refused: readonly RefusedExample[];
  /** What the verification before training found and this data meets; nothing of grade error. */
  readonly findings: readonly Finding[];
  readonly trainReport: MaskReport;
  readonly heldOutReport: MaskReport;
  readonly data: PlannedData;
  readonly evaluation: ReturnType<typeof evaluationBatches>;
  /** Optimizer steps in all. */
  readonly steps: number;
  readonly shape: MicroBatchShape;
  readonly programOptions: TrainingProgramsOptions;
  readonly programs: TrainingPrograms;
  readonly learningRate: (step: number) => number;
  /** Hash of what is learnt, in order: a resumed run must have the same. */
  readonly dataHash: string;
  readonly checkpoint: Checkpoint | undefined;
  /** When the run began: what its template takes for the present time, also when it is resumed. */
  readonly clock: Date;
}

export interface PrepareRunOptions {
  /** A checkpoint's directory: model and tokenizer come from there instead of the base. */
  readonly resumeFrom?: string | undefined;
  /** Told how many of all examples are tokens with labels. */
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
}

/** @throws {UserError} and the errors of the packages, with place and remedy */
export async function prepareRun(
  recipe: Recipe,
  { resumeFrom, onProgress }: PrepareRunOptions = {},
): Promise<PreparedRun> {
  const unknownKeys = new UnknownKeys();
  const split = await readExamplesOf(recipe, unknownKeys);
  const isText = split.train[0]?.kind === 'text';
  const checkpoint = resumeFrom === undefined ? undefined : await loadCheckpoint(resumeFrom);
  const clock = clockOf(checkpoint);
  const base = await baseOf(recipe, split.train, {
    template: isText ? undefined : templateName(recipe, resumeFrom),
    templateOptions: {
      matchPrompt: recipe.matchPrompt,
      examples: firstConversations(split.train),
      now: clock,
    },
    resumeFrom,
    loaded: checkpoint?.loaded,
  });
  const { maxPositions } = base.config;
  if (recipe.length > maxPositions) {
    throw new UserError(
      `length: ${recipe.length} is above the model's context of ${maxPositions} tokens; set length to at most ${maxPositions}`,
    );
  }
  const { mask, roles, reasoning } = recipe;
  const prepare = {
    tokenizer: base.tokenizer,
    template: base.template?.template,
    mask,
    roles,
    reasoning,
    stopTokens: stopTokensOf(base),
    endOfText: endOfTextOf(base),
  };
  const { length, overlong, packing, batch, seed } = recipe;
  const found = verifyBase(base);
  checkFindings(found);
  const all = [...split.train, ...split.heldOut];
  const { prepared, refused } = await prepareExamples(all, prepare, {
    threads: recipe.threads,
    onProgress: onProgress && ((done) => onProgress(done, all.length)),
  });
  const findings = [
    ...relevantFindings(found, all, prepare.template),
    ...dataFindings(prepared, recipe.matchPrompt),
    ...unknownKeys.findings(),
  ];
  const isHeldOut = new Set(split.heldOut);
  const fit = (heldOut: boolean) =>
    fitExamples(
      prepared.filter(({ example }) => isHeldOut.has(example) === heldOut),
      { length, overlong },
    );
  const report = (fitted: FittedExamples<PreparedExample>) =>
    summarize(fitted, packRows(fitted.kept, { length, packing }), {
      policy: isText ? 'all' : recipe.mask,
      overlong,
      length,
    });
  const train = fit(false);
  const heldOut = fit(true);
  const trainReport = report(train);
  if (train.kept.length === 0) {
    throw new UserError(
      [
        'data.train: no example is left to train on.',
        ...formatRefusals(refused),
        formatReport(trainReport),
      ].join(' '),
    );
  }
  const data = trainingData(train.kept, { length, packing, ...batch, seed });
  const steps = recipe.steps ?? Math.max(1, Math.round(recipe.epochs * data.stepsPerEpoch));
  const rows = { rows: batch.rows, length };
  const shape = {
    ...rows,
    capacity: supervisedCapacity(data.maxSupervised(Math.ceil(steps / data.stepsPerEpoch)), rows),
    longestSegment: longestExample(train.kept),
  };
  const rates = dropoutRates(recipe.dropout, base.config.numLayers);
  const { betas, epsilon, weightDecay } = recipe.optimizer;
  const programOptions = {
    betas,
    epsilon,
    weightDecay,
    dropout: rates.some((rate) => rate > 0) ? rates : undefined,
    activationCheckpointing: recipe.activationCheckpointing,
  };
  return {
    base,
    prepare,
    train,
    heldOut,
    refused,
    findings,
    trainReport,
    heldOutReport: report(heldOut),
    data,
    evaluation: evaluationBatches(heldOut.kept, { length, packing, rows: batch.rows }),
    steps,
    shape,
    programOptions,
    programs: trainingPrograms(base.model, shape, programOptions),
    learningRate: learningRateOf(recipe, steps),
    dataHash: hashOf(train.kept),
    checkpoint,
    clock,
  };
}

/** Templates write the day: resumed on another one, the data would be another. */
function clockOf(checkpoint: Checkpoint | undefined): Date {
  const began = new Date(String(checkpoint?.run.clock));
  return Number.isNaN(began.getTime()) ? new Date() : began;
}

/** A checkpoint has the template that its run was trained with, whatever its name was in the base. */
function templateName({ template }: Recipe, resumeFrom: string | undefined): string {
  return resumeFrom !== undefined && template.startsWith('model:') ? 'model' : template;
}

function readExamplesOf(
  { data, seed }: Recipe,
  unknownKeys: UnknownKeys,
): Promise<{ train: Example[]; heldOut: Example[] }> {
  const files = typeof data.train === 'string' ? [data.train] : data.train;
  const { form, limit } = data;
  const options = { form, limit, columns: data.columns as Columns, onUnknownKey: unknownKeys.count };
  return readSplit(files, data.heldOut, seed, options);
}

function baseOf(
  recipe: Recipe,
  examples: readonly Example[],
  {
    template,
    templateOptions,
    resumeFrom,
    loaded,
  }: {
    template: string | undefined;
    templateOptions: LoadTemplateOptions;
    resumeFrom: string | undefined;
    loaded: LoadedModel | undefined;
  },
): Promise<Base> {
  const directory = resumeFrom ?? recipe.model;
  if (directory !== undefined) {
    return loadBase(directory, { template, addTokens: recipe.addTokens, templateOptions, loaded });
  }
  return initializeBase(recipe.init!, examples, { template, seed: recipe.seed, templateOptions });
}

function learningRateOf({ optimizer, schedule }: Recipe, totalSteps: number): (step: number) => number {
  const { kind, warmup, floor } = schedule;
  const warmupSteps = warmup < 1 ? Math.round(warmup * totalSteps) : warmup;
  return (step) =>
    learningRateAt(step, { kind, peak: optimizer.learningRate, totalSteps, warmupSteps, floor });
}

function hashOf(examples: readonly PreparedExample[]): string {
  const hash = createHash('sha256');
  for (const { inputIds, weights } of examples) {
    hash.update(inputIds).update(weights);
  }
  return hash.digest('hex');
}
