/** The run directory: what stands where, and that nothing in it is lost by accident. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError } from '@sftkit/trainer';
import { checkManifest, listCheckpoints } from '@sftkit/trainer/node';
import { SftError } from '../sft-error.js';
import { LOCK_FILE } from './run-lock.node.js';

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
 * Checks before any work that a new run may go there.
 * @throws {SftError} if it already holds a run, or files that are not a run's
 */
export function checkFree(directory: RunDirectory, { overwrite }: { readonly overwrite: boolean }): void {
  const { path } = directory;
  // Others have folders called model or checkpoints, too; every run begins with its recipe.
  const holdsRun = existsSync(directory.recipe);
  if (holdsRun && !overwrite) {
    throw new SftError(
      `${path}: the output directory already holds a run; choose another with output=DIR, go on with --resume, or replace it with --overwrite`,
    );
  }
  // A process that was killed while it wrote its recipe leaves that.
  const recipe = basename(partialOf(directory.recipe));
  const isOurs = (name: string) => name === recipe || name.startsWith(LOCK_FILE);
  const others = existsSync(path) ? readdirSync(path).filter((name) => !isOurs(name)) : [];
  if (!holdsRun && others.length > 0) {
    throw new SftError(
      `${path}: expected an empty output directory, found other files (${others.slice(0, 3).join(', ')}); choose another with output=DIR`,
    );
  }
}

/** Makes the directory, and removes what an earlier run left there, and nothing else. */
export async function clearRun(directory: RunDirectory): Promise<void> {
  for (const part of ours(directory)) await rm(part, { recursive: true, force: true });
  await mkdir(directory.path, { recursive: true });
}

function ours(directory: RunDirectory): readonly string[] {
  const { recipe, metrics, summary, checkpoints, model, best } = directory;
  const files = [recipe, metrics, summary].flatMap((file) => [file, partialOf(file)]);
  return [...files, checkpoints, model, `${model}.new`, best, `${best}.new`];
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
  await writeFile(partialOf(path), text);
  await rename(partialOf(path), path);
}

/** A file while it is written. */
function partialOf(path: string): string {
  return `${path}.partial`;
}
