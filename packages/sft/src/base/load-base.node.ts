import type { Example } from '@sftkit/data';
import { readTextFileSync } from '@sftkit/json/node';
import type { LoadedModel } from '@sftkit/model';
import { loadModel } from '@sftkit/model/node';
import { loadTokenizer } from '@sftkit/tokenization/node';
import type { Recipe } from '../recipe/recipe-schema.js';
import { type Base, type BaseOptions, fitBase, initializeBase, trainTokenizer } from './base.js';
import type { LoadTemplateOptions } from './load-template.js';

/**
 * The base that a model directory holds; see `fitBase`.
 * @param options loaded: the directory's model, where it is already in memory
 * @throws {SftError} if model, tokenizer and template do not fit each other
 */
export async function loadBase(
  directory: string,
  { loaded, templateOptions, ...options }: BaseOptions & { readonly loaded?: LoadedModel | undefined },
): Promise<Base> {
  const model = loaded ?? (await loadModel(directory));
  const tokenizer = await loadTokenizer(directory);
  return fitBase(directory, model, tokenizer, { ...options, templateOptions: withFiles(templateOptions) });
}

/** A model from scratch as a recipe's `init` says, with a tokenizer from a directory or trained on the examples. */
export async function scratchBase(
  { config, tokenizer: wanted }: NonNullable<Recipe['init']>,
  examples: readonly Example[],
  {
    templateOptions,
    ...options
  }: {
    readonly template: string | undefined;
    readonly seed: number;
    readonly templateOptions?: LoadTemplateOptions;
  },
): Promise<Base> {
  const tokenizer =
    wanted.from === undefined ? trainTokenizer(examples, wanted) : await loadTokenizer(wanted.from);
  return initializeBase(config, tokenizer, { ...options, templateOptions: withFiles(templateOptions) });
}

/** Templates may be files, too. */
export function withFiles(options: LoadTemplateOptions = {}): LoadTemplateOptions {
  return { ...options, readFile: readTextFileSync };
}
