import { stringify } from 'yaml';
import type { Recipe } from './recipe-schema.js';

/** The resolved recipe as a file that gives the same recipe when it is read. */
export function recipeYaml(recipe: Recipe): string {
  return stringify(recipe, { lineWidth: 0 });
}
