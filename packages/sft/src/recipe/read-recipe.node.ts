import { readTextFileSync } from '@sftkit/json/node';
import { SftError } from '../sft-error.js';
import { parseRecipe, type ReadRecipe } from './parse-recipe.js';

/**
 * Reads a recipe file; see `parseRecipe`.
 * @throws {SftError} naming file, line, and the nearest known key
 */
export function readRecipe(file: string, overrides: readonly string[] = []): ReadRecipe {
  const text = readTextFileSync(file);
  if (text === undefined) throw new SftError(`${file}: expected a recipe, found no such file`);
  return parseRecipe(text, file, overrides);
}
