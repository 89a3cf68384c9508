/**
 * Runs a template as jinja2 runs it in Hugging Face's settings. The output knows of each character which field of
 * which message it was read from, at which message a loop was, and which `{% generation %}` block wrote it.
 *
 * A `{% generation %}` block has its own scope, as in transformers, where it is a call block: what is set inside is not
 * seen outside.
 */
import { bindPositional } from './arguments.js';
import { namedBlocks } from './blocks.js';
import type { Budget } from './budget.js';
import { Evaluator, type Library } from './evaluator.js';
import { type HiddenNames, hiddenNames } from './hidden-names.js';
import { itemsOf } from './iterate.js';
import { bindMacro, Macro } from './macro.js';
import { Output } from './output.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { Scope, TemplateScope } from './scope.js';
import type { Expression, Statement, Target } from './syntax.js';
import { type Piece, type Place, placed, type Text } from './text.js';
import { toText } from './to-text.js';
import { unknownName } from './unknown-names.js';
import {
  type Arguments,
  Callable,
  Dict,
  isText,
  isTrue,
  Loop,
  Namespace,
  Sequence,
  typeName,
  Undefined,
  type Value,
} from './values.js';

export { Scope } from './scope.js';

/** How a block ended, where it did not end at its end. */
type Jump = 'break' | 'continue' | undefined;
type StatementOf<K extends Statement['kind']> = Statement & { readonly kind: K };

/** Macros in macros and loops in loops, as deep as Python goes, roughly. */
const MAX_CALLS = 150;

export class Interpreter extends Evaluator {
  /** UTF-16 offset of the statement that runs. */
  offset = 0;
  readonly #output: Output;
  /** Index of each message, by identity: slices, filters and loops hand the same objects on. */
  readonly #messages: ReadonlyMap<Dict, number>;
  /** The variables that blocks see. */
  #root = NOTHING;
  #hidden = NO_NAMES;
  #place: Place | undefined;
  #calls = 0;
  #loops = 0;

  constructor(budget: Budget, library: Library, now: () => Date, messages: ReadonlyMap<Dict, number>) {
    super(budget, library, now);
    this.#output = new Output(budget);
    this.#messages = messages;
  }

  /** The output so far, with its origins. */
  get output(): { readonly text: string; readonly pieces: readonly Piece[] } {
    return this.#output;
  }
  /** Index of the message that a loop is at; undefined outside. */
  get turn(): number | undefined {
    return this.#place === undefined || this.#place.turn < 0 ? undefined : this.#place.turn;
  }

  run(statements: readonly Statement[], scope: Scope): void {
    this.#root = scope;
    const unknown = unknownName(statements, this.library);
    if (unknown) {
      this.offset = unknown.offset;
      throw new PythonError('TemplateRuntimeError', `No ${unknown.kind} named '${unknown.name}'.`);
    }
    this.#hidden = hiddenNames(statements);
    scope.set('self', this.#self(statements));
    const own = new TemplateScope(scope);
    for (const [name, missing] of this.#hidden.get(statements) ?? []) own.hide(name, missing);
    this.#block(statements, own);
  }

  /** Variables for a body: what it sets itself is not there before. */
  #frame(body: readonly Statement[], outer: Scope, hidden = this.#hidden.get(body)): Scope {
    const scope = new Scope(outer);
    if (hidden) for (const [name, missing] of hidden) scope.hide(name, missing);
    return scope;
  }

  // --- statements

  #block(statements: readonly Statement[], scope: Scope): Jump {
    for (const statement of statements) {
      const jump = this.#statement(statement, scope);
      if (jump !== undefined) return jump;
    }
    return undefined;
  }

  #statement(node: Statement, scope: Scope): Jump {
    this.budget.work(1);
    this.offset = node.offset;
    switch (node.kind) {
      case 'data':
        this.#output.write(node.text, this.#place);
        return undefined;
      case 'output':
        this.#write(node.value, scope);
        return undefined;
      case 'if': {
        for (const { test, body } of node.branches)
          if (isTrue(this.evaluate(test, scope))) return this.#block(body, scope);
        return this.#block(node.otherwise, scope);
      }
      case 'for':
        return this.#loop(node, this.evaluate(node.items, scope), scope, 1);
      case 'set': {
        const value = this.evaluate(node.value, scope);
        this.#assign(node.target, value, scope);
        this.#enterTurn(value);
        return undefined;
      }
      case 'setBlock':
        return this.#setBlock(node, scope);
      case 'macro':
        scope.set(node.macro.name, new Macro(node.macro, scope, node.macro.name));
        return undefined;
      case 'callBlock':
        this.#callBlock(node, scope);
        return undefined;
      case 'filterBlock':
        return this.#filterBlock(node, scope);
      case 'with': {
        const inner = this.#frame(node.body, scope);
        for (const [target, value] of node.bindings) this.#assign(target, this.evaluate(value, scope), inner);
        return this.#block(node.body, inner);
      }
      case 'scope':
        return this.#scope(node, scope);
      case 'generation': {
        const before = this.#place;
        if (!before?.block) this.#place = { turn: before?.turn ?? -1, block: { kind: node.says } };
        const inner = this.#frame(node.body, scope);
        for (const name of node.hides) inner.set(name, NOTHING_GIVEN[name]!);
        this.#block(node.body, inner);
        this.#place = before;
        return undefined;
      }
      case 'break':
      case 'continue':
        return node.kind;
    }
  }

  #setBlock(node: StatementOf<'setBlock'>, scope: Scope): Jump {
    const inner = this.#frame(node.body, scope);
    const [text, jump] = this.#output.capture(() => this.#block(node.body, inner));
    if (jump) return jump;
    this.#assign(node.target, node.filter ? this.filter(node.filter, inner, text) : text, scope);
    return undefined;
  }

  #filterBlock(node: StatementOf<'filterBlock'>, scope: Scope): Jump {
    const inner = this.#frame(node.body, scope);
    const [text, jump] = this.#output.capture(() => this.#block(node.body, inner));
    if (jump) return jump;
    const filtered = this.filter(node.filter, inner, text);
    if (!isText(filtered))
      throw new PythonError(
        'TypeError',
        `sequence item 0: expected str instance, ${typeName(filtered)} found`,
      );
    this.#output.write(filtered, this.#place);
    return undefined;
  }

  #callBlock({ call, caller }: StatementOf<'callBlock'>, scope: Scope): void {
    if (call.kind !== 'call') return;
    const body = new Macro(caller, scope, '');
    const callee = this.evaluate(call.callee, scope);
    const { positional, named } = this.given(call.given, scope);
    const result = this.call(callee, { positional, named: new Map([...named, ['caller', body]]) });
    this.#output.write(toText(result, this.budget), this.#place);
  }

  #scope({ body, block, autoescape }: StatementOf<'scope'>, scope: Scope): Jump {
    if (autoescape && isTrue(this.evaluate(autoescape, scope)))
      throw new UnsupportedError('autoescape: expected false, for chat templates write plain text');
    // A block sees the variables of the template, and no others unless it says so.
    if (!block || block.isScoped) return this.#block(body, this.#frame(body, scope));
    if (block.isRequired)
      throw new PythonError('TemplateRuntimeError', `Required block '${block.name}' not found`);
    return this.#block(body, this.#frame(body, this.#root));
  }

  // --- loops

  #loop(node: StatementOf<'for'>, iterable: Value, scope: Scope, depth: number): Jump {
    const items = this.#chosen(node, itemsOf(iterable, this.budget), scope);
    const recurse = node.isRecursive
      ? (inner: Value): Value =>
          this.#nested(() => this.#output.capture(() => this.#loop(node, inner, scope, depth + 1))[0])
      : undefined;
    const loop = node.readsLoop || node.isRecursive ? new Loop(items, depth, recurse) : undefined;
    const before = this.#place;
    const hidden = this.#hidden.get(node.body) ?? [];
    this.#loops += 1;
    // Python runs the else, too, where every iteration was left early.
    let isFinished = false;
    for (let index = 0; index < items.length; index++) {
      const item = items[index]!;
      this.budget.work(2);
      // In Python, what an iteration sets is gone in the next one.
      const inner = this.#frame(node.body, scope, hidden);
      this.#assign(node.target, item, inner);
      if (loop) {
        loop.index = index;
        inner.set('loop', loop);
      }
      const turn = item instanceof Dict ? this.#messages.get(item) : undefined;
      if (turn !== undefined && before?.turn !== turn) this.#place = { turn, block: before?.block };
      const jump = this.#block(node.body, inner);
      this.#place = before;
      if (jump === undefined) isFinished = true;
      if (jump === 'break') break;
    }
    this.#loops -= 1;
    return isFinished ? undefined : this.#block(node.otherwise, this.#frame(node.otherwise, scope));
  }

  /** The items that pass a loop's condition. */
  #chosen({ test, target }: StatementOf<'for'>, items: readonly Value[], scope: Scope): readonly Value[] {
    if (!test) return items;
    return items.filter((item) => {
      const inner = new Scope(scope);
      this.#assign(target, item, inner);
      return isTrue(this.evaluate(test, inner));
    });
  }

  /** A loop over numbers that takes a message out of the list is at that message. */
  #enterTurn(value: Value): void {
    if (this.#loops === 0 || (this.#place !== undefined && this.#place.turn >= 0)) return;
    const turn = value instanceof Dict ? this.#messages.get(value) : undefined;
    if (turn !== undefined) this.#place = { turn, block: this.#place?.block };
  }

  #assign(target: Target, value: Value, scope: Scope): void {
    switch (target.kind) {
      case 'name':
        scope.set(target.name, value);
        return;
      case 'field': {
        const namespace = scope.get(target.namespace);
        if (!(namespace instanceof Namespace)) {
          throw new PythonError('TemplateRuntimeError', 'cannot assign attribute on non-namespace object');
        }
        // What is kept there may be written when the loop is over.
        const isKept = isText(value) && this.turn !== undefined;
        namespace.values.set(target.name, isKept ? placed(value, this.#place!) : value);
        return;
      }
      case 'targets': {
        const values = itemsOf(value, this.budget);
        if (value instanceof Undefined) value.fail();
        const { length } = target.targets;
        if (values.length > length)
          throw new PythonError('ValueError', `too many values to unpack (expected ${length})`);
        if (values.length < length) {
          throw new PythonError(
            'ValueError',
            `not enough values to unpack (expected ${length}, got ${values.length})`,
          );
        }
        for (const [index, inner] of target.targets.entries()) this.#assign(inner, values[index]!, scope);
      }
    }
  }

  // --- output, macros and blocks

  #write(value: Expression, scope: Scope): void {
    if (value.kind === 'call' && value.callee.kind === 'name') {
      // A macro whose result is written as it is needs no text of its own.
      const macro = scope.get(value.callee.name);
      if (macro instanceof Macro) {
        this.#runMacro(macro, this.given(value.given, scope));
        return;
      }
    }
    this.#output.write(toText(this.evaluate(value, scope), this.budget), this.#place);
  }

  #nested<T>(run: () => T): T {
    this.#calls += 1;
    if (this.#calls > MAX_CALLS)
      throw new PythonError(
        'RecursionError',
        `expected macros and loops at most ${MAX_CALLS} deep, got more`,
      );
    const result = run();
    this.#calls -= 1;
    return result;
  }

  protected callMacro(macro: Macro, given: Arguments): string | Text {
    return this.#output.capture(() => this.#runMacro(macro, given))[0];
  }

  #runMacro({ signature, scope }: Macro, given: Arguments): void {
    const inner = this.#frame(signature.body, scope);
    this.#apart(() => {
      bindMacro(signature, given, inner, (fallback) => this.evaluate(fallback, inner));
      this.#block(signature.body, inner);
    });
  }

  /** Runs what stands elsewhere in the template: the loops here are not its own. */
  #apart(run: () => unknown): void {
    const { offset } = this;
    const loops = this.#loops;
    this.#loops = 0;
    this.#nested(run);
    this.#loops = loops;
    this.offset = offset;
  }

  /** Jinja's `self`: the template's blocks, as functions. */
  #self(statements: readonly Statement[]): Callable {
    let blocks: ReturnType<typeof namedBlocks> | undefined;
    const refuse = (): Value => {
      throw new PythonError('TypeError', "'TemplateReference' object is not callable");
    };
    const blockOf = (name: string): Value | undefined => {
      blocks ??= namedBlocks(statements);
      const found = blocks.get(name);
      return (
        found && new Callable(name, (given) => this.#blockText(found, given), undefined, 'BlockReference')
      );
    };
    return new Callable('self', refuse, blockOf, 'TemplateReference');
  }

  #blockText(node: StatementOf<'scope'>, given: Arguments): string | Text {
    bindPositional('block', given, []);
    return this.#output.capture(() => this.#apart(() => this.#scope(node, this.#root)))[0];
  }
}

const NOTHING = new Scope(undefined);
const NO_NAMES: HiddenNames = new Map();

/** What a generation block has of what a call block is given. */
const NOTHING_GIVEN: Readonly<Record<string, Value>> = {
  caller: new Undefined('No caller defined'),
  varargs: new Sequence([], 'tuple'),
  kwargs: new Dict(new Map()),
};
