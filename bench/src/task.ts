/**
 * One workload as files that every contestant reads: `config.json` and `model.safetensors` (float32) as Hugging Face
 * writes them, and `task.json` with the batch and the optimizer's numbers.
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IGNORE_INDEX } from '@sftkit/masking';
import { initialize } from '@sftkit/model';
import { saveModel } from '@sftkit/model/node';
import { type BenchShape, configOf } from './shapes.js';

export interface Task {
  /** (T) */
  readonly inputIds: readonly number[];
  /** (T) the next token, or IGNORE_INDEX */
  readonly targets: readonly number[];
  readonly threads: number;
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly clip: number;
}

const OPTIMIZER = {
  learningRate: 1e-4,
  betas: [0.9, 0.95],
  epsilon: 1e-8,
  weightDecay: 0.1,
  clip: 1,
} as const;

/** @returns the new directory */
export async function writeTask(
  shape: BenchShape,
  { supervisedTokens, threads }: { readonly supervisedTokens: number; readonly threads: number },
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sftkit-bench-'));
  const config = configOf(shape);
  await saveModel(directory, { config, weights: initialize(config, 1) });
  const ids = tokenIds(shape.length + 1, shape.vocabSize);
  const task: Task = {
    inputIds: ids.slice(0, -1),
    // The end of the row is supervised, as an answer after its question is.
    targets: ids.slice(1).map((id, t) => (t >= shape.length - supervisedTokens ? id : IGNORE_INDEX)),
    threads,
    ...OPTIMIZER,
  };
  await writeFile(join(directory, 'task.json'), JSON.stringify(task));
  return directory;
}

export async function readTask(directory: string): Promise<Task> {
  return JSON.parse(await readFile(join(directory, 'task.json'), 'utf8')) as Task;
}

/** Ids that look random: a linear congruential generator (Numerical Recipes), its high bits. */
function tokenIds(count: number, vocabSize: number): number[] {
  let state = 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * vocabSize);
  });
}
