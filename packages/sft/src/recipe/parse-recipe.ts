/** A recipe from YAML and the command line's `key=value`, checked, and with the origin of each value. */
import { type Alias, type Document, isMap, LineCounter, parseDocument, visit } from 'yaml';
import { SftError } from '../sft-error.js';
import { checkRecipe, type PlaceOf } from './check-recipe.js';
import type { Recipe } from './recipe-schema.js';

export type Origin = 'default' | 'recipe' | 'command line';

export interface ReadRecipe {
  readonly recipe: Recipe;
  /** Origin of a value by its dotted path. */
  originOf(path: readonly string[]): Origin;
}

/** A recipe's text, and where its values stand. */
interface Source {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/**
 * @param text YAML; undefined: everything is said by the overrides
 * @param file name of the recipe, for errors
 * @param overrides `optimizer.learningRate=2e-5`, values in YAML
 * @throws {SftError} naming file, line, and the nearest known key
 */
export function parseRecipe(
  text: string | undefined,
  file: string,
  overrides: readonly string[] = [],
): ReadRecipe {
  const source = text === undefined ? undefined : parseYaml(text, file);
  const values = source === undefined ? {} : (structuredClone(plainValue(source)) as Record<string, unknown>);
  const parsed = new Map(overrides.map((override) => splitOverride(override)));
  for (const [path, value] of parsed) {
    setPath(values, path.split('.'), parseValue(path, value));
  }
  const overridden = [...parsed.keys()].map((key) => key.split('.'));
  return {
    recipe: checkRecipe(values, placesOf(source, overridden)),
    originOf: (path) => {
      if (overridden.some((key) => isWithin(path, key))) return 'command line';
      return source?.document.hasIn(path) === true ? 'recipe' : 'default';
    },
  };
}

function parseYaml(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0]);
    throw new SftError(`${file}:${line}: expected YAML, got ${describeProblem(problem)}`);
  }
  if (!isMap(document.contents)) {
    throw new SftError(`${file}:1: expected a recipe of keys and values; start from one in recipes/`);
  }
  return { file, document, lines };
}

/** @throws {SftError} where an alias names nothing or what holds it, or aliases or levels are too many */
function plainValue({ document, file, lines }: Source): unknown {
  checkAliases(document, (alias) => `${file}:${lines.linePos(alias.range![0]).line}: expected`);
  try {
    return checkDepth(document.toJS());
  } catch (cause) {
    throw new SftError(`${file}: expected YAML, got ${describeProblem(cause)}`, { cause });
  }
}

/** @param expected the beginning of an error about an alias */
function checkAliases(document: Document, expected: (alias: Alias) => string): void {
  visit(document, {
    Alias(_, alias, parents) {
      const anchored = alias.resolve(document);
      if (anchored !== undefined && !parents.includes(anchored)) return;
      const what = anchored === undefined ? 'an anchor before it' : 'what it is no part of';
      throw new SftError(`${expected(alias)} an alias of ${what}, got *${alias.source}`);
    },
  });
}

/** Levels of a value; no key of a recipe needs more than a handful. */
const MOST_LEVELS = 64;

/** @throws {RangeError} if there are more */
function checkDepth(value: unknown): unknown {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_LEVELS) throw new RangeError(`more than ${MOST_LEVELS} levels`);
    // Several aliases may stand for one value: it is looked into once.
    level = [...new Set(level.flatMap((inner) => (isObject(inner) ? Object.values(inner) : [])))];
  }
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** In one line; what is nested too deeply ends in the reader's own recursion. */
function describeProblem(problem: unknown): string {
  const message = problem instanceof Error ? problem.message : String(problem);
  if (message.startsWith('Maximum call stack')) return `more than ${MOST_LEVELS} levels`;
  return message.split('\n')[0]!.replace(/:$/, '');
}

function splitOverride(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) {
    throw new SftError(
      `command line: expected key=value, got ${JSON.stringify(text)}; example: optimizer.learningRate=2e-5`,
    );
  }
  return [text.slice(0, at), text.slice(at + 1)];
}

function parseValue(path: string, text: string): unknown {
  const wrong = (cause: unknown): SftError =>
    new SftError(`command line: ${path}: expected a YAML value, got ${JSON.stringify(text.slice(0, 200))}`, {
      cause,
    });
  const document = parseDocument(text);
  if (document.errors.length > 0) throw wrong(document.errors[0]);
  checkAliases(document, () => `command line: ${path}: expected`);
  try {
    return checkDepth(document.toJS());
  } catch (cause) {
    throw wrong(cause);
  }
}

function setPath(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  // Own keys only: `__proto__` would lead to every object there is.
  const set = (field: unknown): void => {
    Object.defineProperty(values, key, {
      value: field,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  };
  if (rest.length === 0) {
    set(value);
    return;
  }
  const inner = Object.hasOwn(values, key) ? values[key] : undefined;
  const object = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
  set(object);
  setPath(object as Record<string, unknown>, rest, value);
}

/** `file:line`, or `command line` for what was said there. */
function placesOf(source: Source | undefined, overridden: readonly (readonly string[])[]): PlaceOf {
  if (source === undefined) return () => 'command line';
  const { file, document, lines } = source;
  return (path) => {
    const names = path.map(String);
    const isOverridden = overridden.some((key) => isWithin(key, names));
    if (overridden.some((key) => isWithin(names, key)) || (isOverridden && !document.hasIn(names))) {
      return 'command line';
    }
    for (let depth = names.length; depth > 0; depth--) {
      const parent = document.getIn(names.slice(0, depth - 1), true) ?? document.contents;
      const pair = isMap(parent)
        ? parent.items.find((item) => String(item.key) === names[depth - 1])
        : undefined;
      const range = (pair?.key as { range?: readonly number[] } | undefined)?.range;
      if (range !== undefined) {
        return `${file}:${lines.linePos(range[0]!).line}`;
      }
    }
    return `${file}:1`;
  };
}

function isWithin(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((key, depth) => path[depth] === key);
}
