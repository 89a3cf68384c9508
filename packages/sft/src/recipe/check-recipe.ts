/** Whether values are a recipe: every default in its place, or one line that says what is wrong and where. */
import type { z } from 'zod';
import { SftError } from '../sft-error.js';
import { nearestName } from './nearest-name.js';
import { type Recipe, recipeSchema, type TrainingOptions, trainingSchema } from './recipe-schema.js';
import { keysAt } from './schema-keys.js';

/** Where a key stands, for an error: `recipe.yaml:5`, `command line`. */
export type PlaceOf = (path: readonly PropertyKey[]) => string;

/** @throws {SftError} naming the place, the key and the nearest known one */
export function checkRecipe(values: unknown, placeOf: PlaceOf): Recipe {
  const recipe = check(recipeSchema, values, placeOf);
  if ((recipe.model === undefined) === (recipe.init === undefined)) {
    throw new SftError(
      `${placeOf(['model'])}: expected either model (a directory) or init (a model from scratch), got ${recipe.model === undefined ? 'neither' : 'both'}; for example model=DIR on the command line`,
    );
  }
  checkTogether(recipe, placeOf);
  return { ...recipe, output: recipe.output ?? `runs/${nameOf(recipe.data.train)}` };
}

/** The part of a recipe that does not speak of files. @throws {SftError} as `checkRecipe` */
export function checkTraining(values: unknown, placeOf: PlaceOf): TrainingOptions {
  const options = check(trainingSchema, values, placeOf);
  checkTogether(options, placeOf);
  return options;
}

function check<T>(schema: z.ZodType<T>, values: unknown, placeOf: PlaceOf): T {
  // In records, too, where any key goes: zod passes over this one without a word.
  const inherited = pathOfPrototypeKey(values);
  if (inherited !== undefined) throw new SftError(describeUnknownKey(inherited, schema, placeOf));
  const checked = schema.safeParse(values);
  if (checked.success) return checked.data;
  throw new SftError(describeIssue(firstIssue(checked.error.issues)!, values, schema, placeOf));
}

/** Rules between keys. */
function checkTogether({ evaluate }: TrainingOptions, placeOf: PlaceOf): void {
  if (evaluate.patience !== undefined && evaluate.every === 0) {
    throw new SftError(
      `${placeOf(['evaluate', 'patience'])}: evaluate.patience: expected evaluations to count, got evaluate.every: 0; set evaluate.every to a number of steps`,
    );
  }
}

/** Of the first file, without folder and ending. */
function nameOf(train: string | readonly string[]): string {
  const file = typeof train === 'string' ? train : train[0]!;
  const name = file
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.(?:jsonl?|ndjson)$/, '');
  return name === '' ? 'sft' : name;
}

/** That a value is of another type altogether. */
const TYPE_ISSUES: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union']);

function describeIssue(
  issue: z.core.$ZodIssue,
  values: unknown,
  schema: z.ZodType,
  placeOf: PlaceOf,
): string {
  if (issue.code === 'unrecognized_keys') {
    return describeUnknownKey([...issue.path, issue.keys[0]!], schema, placeOf);
  }
  if (issue.code === 'invalid_union') {
    // A branch that got further than the type tells more than "invalid input".
    const inner = firstIssue(
      issue.errors.flat().filter(({ code, path }) => !TYPE_ISSUES.has(code) || path.length > 0),
    );
    if (inner !== undefined) {
      const whole = { ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue;
      return describeIssue(whole, values, schema, placeOf);
    }
  }
  const found = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    values,
  );
  const problem =
    found === undefined
      ? `is missing; set it in the recipe, or ${issue.path.join('.')}=… on the command line`
      : `${lowerFirst(issue.message.replace(/^Invalid input: |, received \w+$/g, ''))}, got ${JSON.stringify(found)}`;
  return `${placeOf(issue.path)}: ${issue.path.join('.')}: ${problem}`;
}

function describeUnknownKey(path: readonly PropertyKey[], schema: z.ZodType, placeOf: PlaceOf): string {
  const parent = path.slice(0, -1);
  const known = keysAt(schema, parent);
  const nearest = nearestName(String(path.at(-1)), known);
  const all = known.length === 0 ? 'leave it out' : `known keys are ${known.join(', ')}`;
  const remedy = nearest === undefined ? all : `did you mean ${[...parent, nearest].join('.')}?`;
  return `${placeOf(path)}: unknown key ${path.join('.')}; ${remedy}`;
}

/** Where a key `__proto__` stands, at any depth. Several aliases may stand for one value: it is looked into once. */
function pathOfPrototypeKey(value: unknown, seen = new Set<unknown>()): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  if (Object.hasOwn(value, '__proto__')) return ['__proto__'];
  for (const [key, inner] of Object.entries(value)) {
    const path = pathOfPrototypeKey(inner, seen);
    if (path !== undefined) return [key, ...path];
  }
  return undefined;
}

/** A mistyped key first: what it leaves missing only follows from it. */
function firstIssue(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  return issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
