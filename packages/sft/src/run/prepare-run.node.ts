/** A recipe's files, read: data, base or checkpoint, and the run planned with them. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Columns, Example } from '@sftkit/data';
import { type Checkpoint, loadCheckpoint } from '@sftkit/trainer/node';
import type { Base } from '../base/base.js';
import { loadBase, scratchBase } from '../base/load-base.node.js';
import { FIRST_CONVERSATIONS, firstConversations, type LoadTemplateOptions } from '../base/load-template.js';
import type { SplitExample } from '../examples/collect-examples.js';
import type { CompactExample } from '../examples/compact-example.js';
import { prepareStream } from '../examples/prepare-examples.node.js';
import { readSplit } from '../examples/read-data.node.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { UnknownKeys } from '../verify/unknown-keys.js';
import { type PlannedRun, planRun } from './plan-run.js';

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
  /** Told how many examples are tokens with labels. */
  readonly onPreparing?: ((done: number) => void) | undefined;
}

/**
 * The data is read once, and never in memory as a whole: the first rows choose the template, then each chunk of rows is
 * prepared and let go.
 * @throws {SftError} and the errors of the packages, with place and remedy
 */
export async function prepareRun(
  recipe: Recipe,
  { resumeFrom, onPreparing }: PrepareRunOptions = {},
): Promise<PreparedRun> {
  const unknownKeys = new UnknownKeys();
  const examples = readExamplesOf(recipe, unknownKeys);
  try {
    const ahead = await readAhead(examples, learnsTokenizer(recipe) ? undefined : FIRST_CONVERSATIONS);
    const train = ahead.filter(({ isHeldOut }) => !isHeldOut).map(({ example }) => example);
    const checkpoint = resumeFrom === undefined ? undefined : await loadCheckpoint(resumeFrom);
    const clock = clockOf(checkpoint);
    const base = await baseOf(recipe, train, { resumeFrom, checkpoint, clock });
    const run = await planRun(recipe, base, {
      prepareAll: (options) =>
        prepareStream(chain(ahead, examples), options, {
          threads: recipe.threads,
          expectedCharacters: expectedCharacters(recipe),
          onProgress: onPreparing,
        }),
      further: () => unknownKeys.findings(),
    });
    return { ...run, dataHash: hashOf(run.train.kept), checkpoint, clock };
  } finally {
    await examples.return(undefined); // closes the files
  }
}

/** Whether all texts are needed before the first example can be prepared. */
function learnsTokenizer({ init }: Recipe): boolean {
  return init !== undefined && init.tokenizer.from === undefined;
}

/** The first examples, until `toTrain` of them are to be trained on; all of them where it is undefined. */
async function readAhead(
  examples: AsyncGenerator<SplitExample>,
  toTrain = Number.POSITIVE_INFINITY,
): Promise<SplitExample[]> {
  const ahead: SplitExample[] = [];
  for (let found = 0; found < toTrain; ) {
    const { value, done } = await examples.next();
    if (done === true) break;
    ahead.push(value);
    if (!value.isHeldOut) found += 1;
  }
  return ahead;
}

async function* chain<T>(first: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* first;
  yield* rest;
}

/** About as many as the files have bytes; undefined where only some rows of them are read. */
function expectedCharacters({ data }: Recipe): number | undefined {
  return data.limit === undefined
    ? trainFiles(data).reduce((sum, file) => sum + statSync(file).size, 0)
    : undefined;
}

/** Templates write the day: resumed on another one, the data would be another. */
function clockOf(checkpoint: Checkpoint | undefined): Date {
  const began = new Date(String(checkpoint?.run.clock));
  return Number.isNaN(began.getTime()) ? new Date() : began;
}

function readExamplesOf({ data, seed }: Recipe, unknownKeys: UnknownKeys): AsyncGenerator<SplitExample> {
  const { form, limit } = data;
  const options = { form, limit, columns: data.columns as Columns, onUnknownKey: unknownKeys.count };
  return readSplit(trainFiles(data), data.heldOut, seed, options);
}

function trainFiles({ train }: Recipe['data']): readonly string[] {
  return typeof train === 'string' ? [train] : train;
}

function baseOf(
  recipe: Recipe,
  train: readonly Example[],
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

function hashOf(examples: readonly CompactExample[]): string {
  const hash = createHash('sha256');
  for (const { inputIds, weights } of examples) {
    hash.update(inputIds).update(weights);
  }
  return hash.digest('hex');
}
