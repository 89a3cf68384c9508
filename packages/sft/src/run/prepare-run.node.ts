/** A recipe's files, read: data, base or checkpoint, and the run planned with them. */
import { createHash } from 'node:crypto';
import type { Columns } from '@sftkit/data';
import { type Checkpoint, loadCheckpoint } from '@sftkit/trainer/node';
import type { Base } from '../base/base.js';
import { loadBase, scratchBase } from '../base/load-base.node.js';
import { firstConversations, type LoadTemplateOptions } from '../base/load-template.js';
import type { PreparedExample } from '../examples/prepare-example.js';
import { prepareExamples } from '../examples/prepare-examples.node.js';
import { readSplit } from '../examples/read-data.node.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { UnknownKeys } from '../verify/unknown-keys.js';
import { type PlannedRun, planRun, type Split } from './plan-run.js';

export interface PreparedRun extends PlannedRun {
  /** SHA-256 of what is learnt, in order: a resumed run must have the same. */
  readonly dataHash: string;
  readonly checkpoint: Checkpoint | undefined;
  /** When the run began: what its template takes for the present time, also when it is resumed. */
  readonly clock: Date;
}

export interface PrepareRunOptions {
  /** A checkpoint's directory: model and tokenizer come from there instead of the base. */
  readonly resumeFrom?: string | undefined;
  /** Told how many of all examples are tokens with labels. */
  readonly onPreparing?: ((done: number, all: number) => void) | undefined;
}

/** @throws {SftError} and the errors of the packages, with place and remedy */
export async function prepareRun(
  recipe: Recipe,
  { resumeFrom, onPreparing }: PrepareRunOptions = {},
): Promise<PreparedRun> {
  const unknownKeys = new UnknownKeys();
  const split = await readExamplesOf(recipe, unknownKeys);
  const checkpoint = resumeFrom === undefined ? undefined : await loadCheckpoint(resumeFrom);
  const clock = clockOf(checkpoint);
  const base = await baseOf(recipe, split, { resumeFrom, checkpoint, clock });
  const run = await planRun(recipe, base, split, {
    prepareAll: (all, options) =>
      prepareExamples(all, options, {
        threads: recipe.threads,
        onProgress: onPreparing && ((done) => onPreparing(done, all.length)),
      }),
    further: () => unknownKeys.findings(),
  });
  return { ...run, dataHash: hashOf(run.train.kept), checkpoint, clock };
}

/** Templates write the day: resumed on another one, the data would be another. */
function clockOf(checkpoint: Checkpoint | undefined): Date {
  const began = new Date(String(checkpoint?.run.clock));
  return Number.isNaN(began.getTime()) ? new Date() : began;
}

function readExamplesOf({ data, seed }: Recipe, unknownKeys: UnknownKeys): Promise<Split> {
  const files = typeof data.train === 'string' ? [data.train] : data.train;
  const { form, limit } = data;
  const options = { form, limit, columns: data.columns as Columns, onUnknownKey: unknownKeys.count };
  return readSplit(files, data.heldOut, seed, options);
}

function baseOf(
  recipe: Recipe,
  { train }: Split,
  {
    resumeFrom,
    checkpoint,
    clock,
  }: { resumeFrom: string | undefined; checkpoint: Checkpoint | undefined; clock: Date },
): Promise<Base> {
  const template = train[0]?.kind === 'text' ? undefined : templateName(recipe, checkpoint);
  const templateOptions: LoadTemplateOptions = {
    matchPrompt: recipe.matchPrompt,
    examples: firstConversations(train),
    now: clock,
  };
  const directory = resumeFrom ?? recipe.model;
  if (directory !== undefined) {
    const { addTokens } = recipe;
    return loadBase(directory, { template, addTokens, templateOptions, loaded: checkpoint?.loaded });
  }
  return scratchBase(recipe.init!, train, { template, seed: recipe.seed, templateOptions });
}

/** A checkpoint has the template that its run was trained with, whatever its name was in the base. */
function templateName({ template }: Recipe, checkpoint: Checkpoint | undefined): string {
  const isOfBase = template === 'auto' || template.startsWith('model:');
  return checkpoint !== undefined && isOfBase ? 'model' : template;
}

function hashOf(examples: readonly PreparedExample[]): string {
  const hash = createHash('sha256');
  for (const { inputIds, weights } of examples) {
    hash.update(inputIds).update(weights);
  }
  return hash.digest('hex');
}
