import { existsSync } from 'node:fs';
import { type Columns, type Example, type Form, splitByHash, type UnknownKey } from '@sftkit/data';
import { readExamples } from '@sftkit/data/node';
import { SftError } from '../sft-error.js';

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
  if (!existsSync(path)) {
    throw new SftError(`${path}: expected a file of demonstrations, found no such file`);
  }
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
 * Training and held-out examples.
 * @param heldOut a file, or the share of the training files that is held out by what the examples say
 * @throws {SftError} if nothing is left to train on
 */
export async function readSplit(
  train: readonly string[],
  heldOut: string | number,
  seed: number,
  options: ReadOptions,
): Promise<{ train: Example[]; heldOut: Example[] }> {
  const all = await readDataFiles(train, options);
  if (typeof heldOut === 'string') {
    return { train: all, heldOut: await readDataFiles([heldOut], options) };
  }
  const isHeldOut = (example: Example) =>
    splitByHash(example, { heldOutFraction: heldOut, seed }) === 'heldOut';
  const split = { train: all.filter((example) => !isHeldOut(example)), heldOut: all.filter(isHeldOut) };
  if (split.train.length === 0) {
    throw new SftError(
      `data.heldOut: ${heldOut} of ${all.length} examples leaves none to train on; hold out fewer`,
    );
  }
  return split;
}
