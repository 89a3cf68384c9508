import { existsSync } from 'node:fs';
import { type Columns, type Example, type Form, splitByHash, type UnknownKey } from '@sftkit/data';
import { readExamples } from '@sftkit/data/node';
import { SftError } from '../sft-error.js';
import type { SplitExample } from './collect-examples.js';

export interface ReadOptions {
  readonly form?: Form | undefined;
  readonly columns?: Columns;
  /** Rows of each file. */
  readonly limit?: number | undefined;
  /** Told each key that nothing reads. */
  readonly onUnknownKey?: ((key: UnknownKey) => void) | undefined;
}

/** Examples of a file, with a clear error where there is no file. */
export async function* readDataFile(
  path: string,
  { form, columns, limit, onUnknownKey }: ReadOptions = {},
): AsyncGenerator<Example> {
  checkFile(path);
  let count = 0;
  for await (const example of readExamples(path, {
    ...(form === undefined ? {} : { form }),
    ...(columns === undefined ? {} : { columns }),
    ...(onUnknownKey === undefined ? {} : { onUnknownKey }),
  })) {
    if (count === limit) return;
    count += 1;
    yield example;
  }
}

/** Everything of several files. */
export async function readDataFiles(paths: readonly string[], options: ReadOptions = {}): Promise<Example[]> {
  const examples: Example[] = [];
  for (const path of paths) {
    for await (const example of readDataFile(path, options)) examples.push(example);
  }
  return examples;
}

/**
 * Training and held-out examples, as they stand in the files; those of a held-out file come last.
 * @param heldOut a file, or the share of the training files that is held out by what the examples say
 * @throws {SftError} if a file is missing, before anything is read, and at the end if nothing is left to train on
 */
export async function* readSplit(
  train: readonly string[],
  heldOut: string | number,
  seed: number,
  options: ReadOptions,
): AsyncGenerator<SplitExample> {
  const heldOutFile = typeof heldOut === 'string' ? heldOut : undefined;
  const heldOutFraction = typeof heldOut === 'string' ? 0 : heldOut;
  for (const path of [...train, ...(heldOutFile === undefined ? [] : [heldOutFile])]) checkFile(path);
  let [all, toTrain] = [0, 0];
  for (const path of train) {
    for await (const example of readDataFile(path, options)) {
      const isHeldOut =
        heldOutFile === undefined && splitByHash(example, { heldOutFraction, seed }) === 'heldOut';
      all += 1;
      toTrain += isHeldOut ? 0 : 1;
      yield { example, isHeldOut };
    }
  }
  if (heldOutFile !== undefined) {
    for await (const example of readDataFile(heldOutFile, options)) yield { example, isHeldOut: true };
  } else if (toTrain === 0) {
    throw new SftError(
      `data.heldOut: ${heldOutFraction} of ${all} examples leaves none to train on; hold out fewer`,
    );
  }
}

function checkFile(path: string): void {
  if (!existsSync(path)) {
    throw new SftError(`${path}: expected a file of demonstrations, found no such file`);
  }
}
