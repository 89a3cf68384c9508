/** The run directory: what stands where, and that nothing in it is lost by accident. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CheckpointError } from '@sftkit/trainer';
import { checkManifest, listCheckpoints } from '@sftkit/trainer/node';
import { SftError } from '../sft-error.js';
import { errorOfDisk, isDiskError } from './disk-error.js';
import { LOCK_NAME } from './run-lock.node.js';

export interface RunDirectory {
  readonly path: string;
  readonly recipe: string;
  readonly metrics: string;
  readonly summary: string;
  readonly checkpoints: string;
  readonly model: string;
  /** The model with the lowest held-out loss. */
  readonly best: string;
}

export function runDirectory(path: string): RunDirectory {
  return {
    path,
    recipe: join(path, 'recipe.yaml'),
    metrics: join(path, 'metrics.jsonl'),
    summary: join(path, 'summary.json'),
    checkpoints: join(path, 'checkpoints'),
    model: join(path, 'model'),
    best: join(path, 'best'),
  };
}

/**
 * Checks before any work that a run may write there: a new one into an empty directory, or over another run when told so.
 * @param options resumeFrom: checkpoint that the run goes on from
 * @throws {SftError} if the directory already holds a run, or files that are not a run's
 */
export function checkFree(
  directory: RunDirectory,
  { overwrite, resumeFrom }: { readonly overwrite: boolean; readonly resumeFrom?: string | undefined },
): void {
  const { path } = directory;
  if (resumeFrom !== undefined && dirname(resolve(resumeFrom)) === resolve(directory.checkpoints)) return;
  // Others have folders called model or checkpoints, or a recipe of their own; a run has these two from its beginning.
  if (existsSync(directory.recipe) && existsSync(directory.metrics)) {
    if (overwrite || resumeFrom !== undefined) return;
    throw new SftError(
      `${path}: the output directory already holds a run; choose another with output=DIR, go on with --resume, or replace it with --overwrite`,
    );
  }
  const others = existsSync(path)
    ? readdirSync(path)
        .sort()
        .filter((name) => !isBeginning(directory, name))
    : [];
  if (others.length > 0) {
    throw new SftError(
      `${path}: expected an empty output directory, found other files (${others.slice(0, 3).join(', ')}); choose another with output=DIR`,
    );
  }
}

/** What a process that was killed while its run began has left: a lock, files that are half written, metrics without a line. */
function isBeginning(directory: RunDirectory, name: string): boolean {
  if (name === LOCK_NAME || name.startsWith(`${LOCK_NAME}.`)) return true;
  const { recipe, metrics } = directory;
  if ([partialOf(recipe), partialOf(metrics)].some((path) => basename(path) === name)) return true;
  return name === basename(metrics) && statSync(metrics).size === 0;
}

/**
 * Removes what an earlier run left there, and nothing else. Its recipe and its metrics are replaced when the new run
 * begins: with them the directory is known as a run's at any moment.
 * @throws {SftError} if the disk refuses
 */
export async function clearRun(directory: RunDirectory): Promise<void> {
  const { path, summary, checkpoints, model, best } = directory;
  try {
    for (const part of [summary, checkpoints, model, best]) await rm(part, { recursive: true, force: true });
  } catch (cause) {
    if (!isDiskError(cause)) throw cause;
    throw errorOfDisk(path, cause, {
      kept: 'a part of the earlier run is still there',
      remedy: 'remove it, or choose another output=DIR',
    });
  }
}

/** Removes what a killed process had not finished writing; checkpoints are tidied by `tidyCheckpoints`. */
export async function removeUnfinished({
  path,
  recipe,
  metrics,
  summary,
  model,
  best,
}: RunDirectory): Promise<void> {
  const models = [model, best].flatMap((place) => [
    freshOf(place),
    join(path, `.${basename(freshOf(place))}.partial`),
  ]);
  for (const unfinished of [...models, ...[recipe, metrics, summary].map(partialOf)]) {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** A model beside the one that it replaces. */
export function freshOf(model: string): string {
  return `${model}.new`;
}

/**
 * The checkpoint to resume from: the one that is wanted, or the newest that is whole.
 * @param wanted `true` for the newest of the run, or a checkpoint's directory
 * @param onDamaged told what is wrong with each that was passed over
 * @throws {SftError} if there is none
 */
export async function checkpointToResume(
  directory: RunDirectory,
  wanted: true | string,
  onDamaged: (problem: string) => void,
): Promise<string> {
  if (wanted !== true) {
    return wanted;
  }
  const problems: string[] = [];
  for (const { path } of (await listCheckpoints(directory.checkpoints)).toReversed()) {
    try {
      await checkManifest(path);
      for (const problem of problems) onDamaged(problem);
      return path;
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      problems.push(error.message);
    }
  }
  const [newest] = problems;
  throw new SftError(
    newest === undefined
      ? `${directory.checkpoints}: expected a checkpoint to resume from, found none; train without --resume`
      : `${newest}, but no other is whole; train without --resume`,
  );
}

/** Writes a file so that it is there whole or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const partial = partialOf(path);
  try {
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw cause;
  }
}

/** A file while it is written. */
function partialOf(path: string): string {
  return `${path}.partial`;
}
