/**
 * Filters and tests that nobody knows. Jinja2 refuses a template for one before it runs, unless the name stands below an
 * `if` of the same frame: then it matters only where it is used.
 */
import { bodiesOf } from './blocks.js';
import { partsOf } from './names.js';
import type { Expression, Statement } from './syntax.js';

export interface UnknownName {
  readonly kind: 'filter' | 'test';
  readonly name: string;
  /** Of the statement. */
  readonly offset: number;
}

interface KnownNames {
  readonly filters: ReadonlyMap<string, unknown>;
  readonly tests: ReadonlyMap<string, unknown>;
}

const found = new WeakMap<readonly Statement[], UnknownName | 'none'>();

/** The first one that is never forgiven. @param template its statements */
export function unknownName(template: readonly Statement[], known: KnownNames): UnknownName | undefined {
  let first = found.get(template);
  if (first === undefined) {
    first = inBody(template, false, known) ?? 'none';
    found.set(template, first);
  }
  return first === 'none' ? undefined : first;
}

function inBody(body: readonly Statement[], isForgiven: boolean, known: KnownNames): UnknownName | undefined {
  for (const node of body) {
    const name =
      inExpressions(ownExpressions(node), node.offset, isForgiven, known) ??
      inExpressions(innerExpressions(node), node.offset, false, known) ??
      firstOf(bodiesOf(node), (inner) => inBody(inner, node.kind === 'if', known));
    if (name) return name;
  }
  return undefined;
}

/** What a statement works out in the frame that it stands in; the conditions of an `if` are forgiven. */
function ownExpressions(node: Statement): readonly (Expression | undefined)[] {
  switch (node.kind) {
    case 'output':
    case 'set':
      return [node.value];
    case 'for':
      return [node.items];
    case 'callBlock':
      return [node.call];
    case 'with':
      return node.bindings.map(([, value]) => value);
    default:
      return [];
  }
}

/** What it works out in a frame of its own. */
function innerExpressions(node: Statement): readonly (Expression | undefined)[] {
  switch (node.kind) {
    case 'for':
      return [node.test];
    case 'setBlock':
    case 'filterBlock':
      return [node.filter];
    case 'macro':
      return node.macro.parameters.map(({ fallback }) => fallback);
    case 'callBlock':
      return node.caller.parameters.map(({ fallback }) => fallback);
    case 'scope':
      return [node.autoescape];
    default:
      return [];
  }
}

function inExpressions(
  expressions: readonly (Expression | undefined)[],
  offset: number,
  isForgiven: boolean,
  { filters, tests }: KnownNames,
): UnknownName | undefined {
  if (isForgiven) return undefined;
  const open = [...expressions];
  while (open.length > 0) {
    const node = open.pop();
    if (!node || node.kind === 'condition') continue;
    if (node.kind === 'filter' && !filters.has(node.name)) return { kind: 'filter', name: node.name, offset };
    if (node.kind === 'test' && !tests.has(node.name)) return { kind: 'test', name: node.name, offset };
    for (const part of partsOf(node)) open.push(part);
  }
  return undefined;
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const result = find(item);
    if (result !== undefined) return result;
  }
  return undefined;
}
