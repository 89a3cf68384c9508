/**
 * Names that a frame hides until it gives them. In jinja2, what a frame (the template, a loop's body, a macro) sets is
 * a variable of its own from its beginning: a loop or a macro inside that reads it before finds nothing, even where the
 * template was given a variable of that name. A name that the frame itself read before it set it is not hidden.
 */
import { namesGiven, namesIn } from './names.js';
import type { Expression, Parameter, Signature, Statement } from './syntax.js';
import { Undefined } from './values.js';

/** By the body of the frame: names with what stands for them until they are given. */
export type HiddenNames = ReadonlyMap<readonly Statement[], readonly HiddenName[]>;
type HiddenName = readonly [name: string, missing: Undefined];

const known = new WeakMap<readonly Statement[], HiddenNames>();

/** @param template its statements */
export function hiddenNames(template: readonly Statement[]): HiddenNames {
  let hidden = known.get(template);
  if (!hidden) {
    const found: Found = new Map();
    visitFrame(new Frame(undefined), template, found);
    known.set(template, found);
    hidden = found;
  }
  return hidden;
}

class Frame {
  readonly #outer: Frame | undefined;
  /** Names that the frame knows, and whether it hides them. */
  readonly #names: Map<string, boolean>;
  readonly #given: Set<string>;

  constructor(outer: Frame | undefined, names?: Map<string, boolean>, given?: Set<string>) {
    this.#outer = outer;
    this.#names = new Map(names);
    this.#given = new Set(given);
  }

  get hidden(): HiddenName[] {
    return [...this.#names].flatMap(([name, isHidden]) =>
      isHidden ? [[name, new Undefined(`'${name}' is undefined`)] as const] : [],
    );
  }

  knows(name: string): boolean {
    return this.#names.has(name) || this.#outer?.knows(name) === true;
  }

  read(...expressions: readonly (Expression | undefined)[]): void {
    for (const expression of expressions)
      if (expression) for (const name of namesIn(expression)) this.readName(name);
  }

  readName(name: string): void {
    if (!this.knows(name)) this.#names.set(name, false);
  }

  give(name: string): void {
    this.#given.add(name);
    if (!this.#names.has(name)) this.#names.set(name, this.#outer?.knows(name) !== true);
  }

  take(...names: readonly string[]): void {
    for (const name of names) {
      this.#given.add(name);
      this.#names.set(name, false);
    }
  }

  /** What some branch gives may not be given: it is then what it was outside. */
  branches(...visits: readonly ((branch: Frame) => void)[]): void {
    const branches = visits.map((visit) => {
      const branch = new Frame(this.#outer, this.#names, this.#given);
      visit(branch);
      return branch;
    });
    for (const branch of branches) {
      for (const [name, isHidden] of branch.#names)
        this.#names.set(name, isHidden && !(branch.#given.has(name) && !this.#given.has(name)));
    }
    for (const branch of branches) for (const name of branch.#given) this.#given.add(name);
  }
}

type Found = Map<readonly Statement[], readonly HiddenName[]>;

/** First all of the frame's own statements, then the frames inside. */
function visitFrame(frame: Frame, body: readonly Statement[], found: Found): void {
  for (const statement of body) visit(frame, statement);
  const { hidden } = frame;
  if (hidden.length > 0) found.set(body, hidden);
  visitInner(frame, body, found);
}

function visit(frame: Frame, node: Statement): void {
  switch (node.kind) {
    case 'output':
      frame.read(node.value);
      return;
    case 'if': {
      const [first, ...others] = node.branches;
      frame.read(first!.test);
      const visitAll = (branch: Frame, body: readonly Statement[]): void => {
        for (const statement of body) visit(branch, statement);
      };
      frame.branches(
        (branch) => visitAll(branch, first!.body),
        (branch) => {
          for (const { test, body } of others) {
            branch.read(test);
            branch.branches((inner) => visitAll(inner, body));
          }
        },
        (branch) => visitAll(branch, node.otherwise),
      );
      return;
    }
    case 'for':
      frame.read(node.items);
      return;
    case 'set':
      frame.read(node.value);
      giveTarget(frame, node);
      return;
    case 'setBlock':
      giveTarget(frame, node);
      return;
    case 'macro':
      frame.give(node.macro.name);
      return;
    case 'callBlock':
      frame.read(node.call);
      return;
    case 'filterBlock':
      frame.read(node.filter);
      return;
    case 'with':
      frame.read(...node.bindings.map(([, value]) => value));
  }
}

function giveTarget(frame: Frame, { target }: Statement & { readonly kind: 'set' | 'setBlock' }): void {
  if (target.kind === 'field') frame.readName(target.namespace);
  for (const name of namesGiven(target)) frame.give(name);
}

function visitInner(frame: Frame, statements: readonly Statement[], found: Found): void {
  for (const node of statements) {
    switch (node.kind) {
      case 'if':
        for (const { body } of node.branches) visitInner(frame, body, found);
        visitInner(frame, node.otherwise, found);
        break;
      case 'for': {
        const inner = new Frame(frame);
        if (node.readsLoop || node.isRecursive) inner.take('loop');
        inner.take(...namesGiven(node.target));
        visitFrame(inner, node.body, found);
        visitFrame(new Frame(frame), node.otherwise, found);
        break;
      }
      case 'macro':
        visitMacro(frame, node.macro, found);
        break;
      case 'callBlock':
        visitMacro(frame, node.caller, found);
        break;
      case 'with': {
        const inner = new Frame(frame);
        for (const [target] of node.bindings) inner.take(...namesGiven(target));
        visitFrame(inner, node.body, found);
        break;
      }
      case 'scope':
        // A block is a function apart.
        visitFrame(new Frame(node.block ? undefined : frame), node.body, found);
        break;
      case 'setBlock':
      case 'filterBlock':
      case 'generation':
        visitFrame(new Frame(frame), node.body, found);
    }
  }
}

function visitMacro(frame: Frame, { parameters, body }: Signature, found: Found): void {
  const inner = new Frame(frame);
  inner.take(...parameters.map(({ name }: Parameter) => name));
  inner.read(...parameters.map(({ fallback }) => fallback));
  visitFrame(inner, body, found);
}
