/** The run directory: what stands where, and that nothing in it is lost by accident. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listCheckpoints } from '@sftkit/trainer/node';
import { UserError } from '../user-error.js';

export interface RunDirectory {
  readonly path: string;
  readonly recipe: string;
  readonly metrics: string;
  readonly summary: string;
  readonly checkpoints: string;
  readonly model: string;
}

export function runDirectory(path: string): RunDirectory {
  return {
    path,
    recipe: join(path, 'recipe.yaml'),
    metrics: join(path, 'metrics.jsonl'),
    summary: join(path, 'summary.json'),
    checkpoints: join(path, 'checkpoints'),
    model: join(path, 'model'),
  };
}

/**
 * Checks before any work that a new run may go there.
 * @throws {UserError} if it already holds a run, or files that are none of ours
 */
export function checkFree(directory: RunDirectory, { overwrite }: { readonly overwrite: boolean }): void {
  const { path } = directory;
  const holdsRun = ours(directory).some((part) => existsSync(part));
  if (holdsRun && !overwrite) {
    throw new UserError(
      `${path}: the output directory already holds a run; choose another with output=DIR, go on with --resume, or replace it with --overwrite`,
    );
  }
  if (!holdsRun && existsSync(path) && readdirSync(path).length > 0) {
    throw new UserError(
      `${path}: expected an empty output directory, found other files; choose another with output=DIR`,
    );
  }
}

/** Makes the directory, and removes what an earlier run left there, and nothing else. */
export async function clearRun(directory: RunDirectory): Promise<void> {
  for (const part of ours(directory)) await rm(part, { recursive: true, force: true });
  await mkdir(directory.path, { recursive: true });
}

function ours({ recipe, metrics, summary, checkpoints, model }: RunDirectory): readonly string[] {
  return [recipe, metrics, summary, checkpoints, model];
}

/**
 * The checkpoint to resume from.
 * @param wanted `true` for the newest of the run, or a checkpoint's directory
 * @throws {UserError} if there is none
 */
export async function checkpointToResume(directory: RunDirectory, wanted: true | string): Promise<string> {
  if (wanted !== true) {
    return wanted;
  }
  const newest = (await listCheckpoints(directory.checkpoints)).at(-1);
  if (newest === undefined) {
    throw new UserError(
      `${directory.checkpoints}: expected a checkpoint to resume from, found none; train without --resume`,
    );
  }
  return newest.path;
}

/** Writes a file so that it is there whole or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.partial`, text);
  await rename(`${path}.partial`, path);
}
