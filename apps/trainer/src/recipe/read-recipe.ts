/** A recipe from YAML and the command line's `key=value`, checked, and with the origin of each value. */
import { readTextFileSync } from '@sftkit/json/node';
import { type Document, isMap, LineCounter, parse, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { UserError } from '../user-error.js';
import { nearestName } from './nearest-name.js';
import { type Recipe, recipeSchema } from './recipe-schema.js';
import { keysAt } from './schema-keys.js';

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
  readonly overrides: ReadonlyMap<string, string>;
}

/**
 * @param overrides `optimizer.learningRate=2e-5`, values in YAML
 * @throws {UserError} naming file, line, and the nearest known key
 */
export function readRecipe(file: string, overrides: readonly string[] = []): ReadRecipe {
  return parseRecipe(readText(file), file, overrides);
}

/** @throws {UserError} as `readRecipe` */
export function parseRecipe(text: string, file: string, overrides: readonly string[] = []): ReadRecipe {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0]);
    throw new UserError(
      `${file}:${line}: expected YAML, got ${problem.message.split('\n')[0]?.replace(/:$/, '')}`,
    );
  }
  if (!isMap(document.contents)) {
    throw new UserError(`${file}:1: expected a recipe of keys and values; start from one in recipes/`);
  }
  const values = structuredClone(plainValue(document, file, lines)) as Record<string, unknown>;
  const parsedOverrides = new Map(overrides.map((text) => splitOverride(text)));
  for (const [path, value] of parsedOverrides) {
    setPath(values, path.split('.'), parseValue(path, value));
  }
  const source: Source = { file, document, lines, overrides: parsedOverrides };
  // In records, too, where any key goes: zod passes over this one without a word.
  const inherited = pathOfPrototypeKey(values);
  if (inherited !== undefined) throw new UserError(describeUnknownKey(inherited, source));
  const checked = recipeSchema.safeParse(values);
  if (!checked.success) {
    throw new UserError(describeIssue(firstIssue(checked.error.issues)!, source, values));
  }
  checkTogether(checked.data, source);
  return {
    recipe: checked.data,
    originOf: (path) => {
      if ([...parsedOverrides.keys()].some((key) => isWithin(path, key.split('.')))) return 'command line';
      return document.hasIn(path) ? 'recipe' : 'default';
    },
  };
}

function readText(file: string): string {
  const text = readTextFileSync(file);
  if (text === undefined) throw new UserError(`${file}: expected a recipe, found no such file`);
  return text;
}

/** @throws {UserError} where an alias names nothing or what holds it, or aliases stand for too much */
function plainValue(document: Document, file: string, lines: LineCounter): unknown {
  visit(document, {
    Alias(_, alias, parents) {
      const anchored = alias.resolve(document);
      if (anchored !== undefined && !parents.includes(anchored)) return;
      const { line } = lines.linePos(alias.range![0]);
      const what = anchored === undefined ? 'an anchor before it' : 'what it is no part of';
      throw new UserError(`${file}:${line}: expected an alias of ${what}, got *${alias.source}`);
    },
  });
  try {
    return document.toJS();
  } catch (cause) {
    throw new UserError(`${file}: expected YAML, got ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

function splitOverride(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) {
    throw new UserError(
      `command line: expected key=value, got ${JSON.stringify(text)}; example: optimizer.learningRate=2e-5`,
    );
  }
  return [text.slice(0, at), text.slice(at + 1)];
}

function parseValue(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new UserError(`command line: ${path}: expected a YAML value, got ${JSON.stringify(text)}`, {
      cause,
    });
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

function describeIssue(issue: z.core.$ZodIssue, source: Source, values: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    return describeUnknownKey([...issue.path, issue.keys[0]!], source);
  }
  if (issue.code === 'invalid_union') {
    // A branch that got further than the type tells more than "invalid input".
    const inner = firstIssue(
      issue.errors.flat().filter(({ code, path }) => code === 'unrecognized_keys' || path.length > 0),
    );
    if (inner !== undefined) {
      return describeIssue(
        { ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue,
        source,
        values,
      );
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
  return `${place(issue.path, source)}: ${issue.path.join('.')}: ${problem}`;
}

function describeUnknownKey(path: readonly PropertyKey[], source: Source): string {
  const parent = path.slice(0, -1);
  const known = keysAt(recipeSchema, parent);
  const nearest = nearestName(String(path.at(-1)), known);
  const all = known.length === 0 ? 'leave it out' : `known keys are ${known.join(', ')}`;
  const remedy = nearest === undefined ? all : `did you mean ${[...parent, nearest].join('.')}?`;
  return `${place(path, source)}: unknown key ${path.join('.')}; ${remedy}`;
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

/** Rules between keys. */
function checkTogether(recipe: Recipe, source: Source): void {
  if ((recipe.model === undefined) === (recipe.init === undefined)) {
    throw new UserError(
      `${place(['model'], source)}: expected either model (a directory) or init (a model from scratch), got ${recipe.model === undefined ? 'neither' : 'both'}; for example model=DIR on the command line`,
    );
  }
}

/** `file:line`, or `command line` for what was said there. */
function place(path: readonly PropertyKey[], { file, document, lines, overrides }: Source): string {
  const names = path.map(String);
  const overridden = [...overrides.keys()].map((key) => key.split('.'));
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
}

function isWithin(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((key, depth) => path[depth] === key);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
