/** What can be known before the first step is checked before it: the memory, the disk, the numbers. */
import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { sizeOf } from '@sftkit/tensor';
import { formatBytes } from '../format-quantity.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { SftError } from '../sft-error.js';
import { checkFits, type MemoryPrediction } from './predict-memory.js';
import type { PreparedRun } from './prepare-run.node.js';

/** Bytes of a saved number. */
const SAVED_BYTES = { float32: 4, bfloat16: 2, float16: 2 } as const;

/** Above these a number becomes infinite when it is rounded to the format. */
const LARGEST = { float32: Number.MAX_VALUE, bfloat16: 2 ** 128 - 2 ** 119, float16: 65520 } as const;

/** Configs, tokenizer and metrics, beside the weights. */
const OTHER_FILES_BYTES = 32e6;

/** @throws {SftError} naming what will not do, and what to change */
export async function checkStart(recipe: Recipe, run: PreparedRun, memory: MemoryPrediction): Promise<void> {
  checkFits(memory, memoryLimit());
  checkRange(recipe, run);
  await checkRoom(recipe, run);
}

/** Whether the memory of this machine suffices, as far as that is known. */
export function fits({ processBytes }: MemoryPrediction): boolean {
  return processBytes === undefined || processBytes <= memoryLimit();
}

/** Memory of this machine, or of the container around this process. */
function memoryLimit(): number {
  const constrained = process.constrainedMemory() ?? 0; // 0 or a number beyond all memory where there is no limit
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

function checkRange({ dtype }: Recipe, { base }: PreparedRun): void {
  if (dtype === 'float32') return;
  const largest = LARGEST[dtype];
  for (const [name, values] of base.weights) {
    const at = values.findIndex((value) => Math.abs(value) >= largest);
    if (at >= 0) {
      throw new SftError(
        `dtype: expected weights that ${dtype} holds, got ${values[at]} in ${name}, element ${at}; set dtype: ${dtype === 'float16' ? 'bfloat16 or float32' : 'float32'}`,
      );
    }
  }
}

async function checkRoom(
  { output, checkpoint, dtype, evaluate }: Recipe,
  { base }: PreparedRun,
): Promise<void> {
  const free = await freeBytes(output);
  if (free === undefined) return;
  const parameters = base.model.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  // Parameters and two moments; the oldest goes when the newest stands.
  const checkpointBytes = 12 * parameters;
  const between = checkpoint.every > 0 || checkpoint.everyMinutes > 0;
  const checkpoints = (between ? checkpoint.keep + 1 : 1) * checkpointBytes;
  const models = (evaluate.every > 0 ? 3 : 1) * SAVED_BYTES[dtype] * parameters;
  const needed = checkpoints + models + OTHER_FILES_BYTES;
  if (needed > free) {
    throw new SftError(
      `output: expected room for ${formatBytes(needed)} at ${output} (${between ? checkpoint.keep + 1 : 1} checkpoints of ${formatBytes(checkpointBytes)}, ${formatBytes(models)} of models), found ${formatBytes(free)}; make room, choose another output=DIR, or set checkpoint.keep: 1`,
    );
  }
}

/** What the disk of a directory has left for this user; undefined where it cannot be told. */
async function freeBytes(directory: string): Promise<number | undefined> {
  for (let path = resolve(directory); ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch {
      if (path === dirname(path)) return undefined;
    }
  }
}
