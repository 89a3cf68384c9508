/**
 * Runs a template as jinja2 runs it in Hugging Face's settings. The output knows of each character which field of
 * which message it was read from, at which message a loop was, and which `{% generation %}` block wrote it.
 *
 * A `{% generation %}` block has its own scope, as in transformers, where it is a call block: what is set inside is not
 * seen outside.
 */
import { integerArgument } from './arguments.js';
import { getAttribute, getItem, type Methods } from './attributes.js';
import type { Budget } from './budget.js';
import { itemsOf, sliceItems, slicePoints } from './iterate.js';
import { addTexts, compare, negate, operate, positive } from './operations.js';
import { PythonError } from './python-error.js';
import type { Expression, GivenArguments, Signature, Statement, Target } from './syntax.js';
import {
  addPiece,
  concatAll,
  isMarkup,
  type Piece,
  type Place,
  placed,
  stringOf,
  Text,
  withoutMarkup,
  writtenAt,
} from './text.js';
import { toText } from './to-text.js';
import {
  type Arguments,
  Callable,
  Dict,
  dictKey,
  Float,
  isInteger,
  isText,
  isTrue,
  Loop,
  Namespace,
  otherwise,
  Sequence,
  typeName,
  Undefined,
  type Value,
} from './values.js';

/** Variables of a block; what is not here is looked up outside. */
export class Scope {
  readonly variables = new Map<string, Value>();
  readonly outer: Scope | undefined;

  constructor(outer: Scope | undefined) {
    this.outer = outer;
  }

  get(name: string): Value | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.outer) {
      const found = scope.variables.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

export type Filter = (value: Value, given: Arguments, interpreter: Interpreter) => Value;
export type Test = (value: Value, given: Arguments, interpreter: Interpreter) => boolean;

export interface Library {
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Test>;
  readonly methods: Methods;
}

/** How a block ended, where it did not end at its end. */
type Jump = 'break' | 'continue' | undefined;

/** Macros in macros and loops in loops, as deep as Python goes, roughly. */
const MAX_CALLS = 150;

export class Interpreter {
  /** UTF-16 offset of the statement that runs. */
  offset = 0;
  #text = '';
  #pieces: Piece[] = [];
  #place: Place | undefined;
  #calls = 0;
  #loops = 0;

  /** @param messages index of each message, by identity: slices, filters and loops hand the same objects on */
  readonly budget: Budget;
  readonly library: Library;
  readonly messages: ReadonlyMap<Value, number>;

  constructor(budget: Budget, library: Library, messages: ReadonlyMap<Value, number>) {
    this.budget = budget;
    this.library = library;
    this.messages = messages;
  }

  /** The output so far, with its origins. */
  get output(): { readonly text: string; readonly pieces: readonly Piece[] } {
    return { text: this.#text, pieces: this.#pieces };
  }
  /** Index of the message that a loop is at; undefined outside. */
  get turn(): number | undefined {
    return this.#place === undefined || this.#place.turn < 0 ? undefined : this.#place.turn;
  }

  run(statements: readonly Statement[], scope: Scope): void {
    this.#block(statements, scope);
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
        this.#write(node.text);
        return undefined;
      case 'output':
        this.#output(node.value, scope);
        return undefined;
      case 'if': {
        for (const { test, body } of node.branches)
          if (isTrue(this.evaluate(test, scope))) return this.#block(body, scope);
        return this.#block(node.otherwise, scope);
      }
      case 'for':
        return this.#for(node, scope);
      case 'set': {
        const value = this.evaluate(node.value, scope);
        this.#assign(node.target, value, scope);
        this.#enterTurn(value);
        return undefined;
      }
      case 'setBlock': {
        let value: Value = this.#capture(() => this.#block(node.body, new Scope(scope)));
        if (node.filter) value = this.#filter(node.filter, scope, value);
        this.#assign(node.target, value, scope);
        return undefined;
      }
      case 'macro':
        scope.variables.set(node.macro.name, this.#macro(node.macro, scope));
        return undefined;
      case 'callBlock': {
        const { call } = node;
        if (call.kind !== 'call') return undefined;
        const caller = this.#macro(node.caller, scope);
        const callee = this.evaluate(call.callee, scope);
        const { positional, named } = this.#given(call.given, scope);
        const result = this.call(callee, { positional, named: new Map([...named, ['caller', caller]]) });
        this.#write(toText(result, this.budget));
        return undefined;
      }
      case 'filterBlock': {
        const body = this.#capture(() => this.#block(node.body, new Scope(scope)));
        this.#write(toText(this.#filter(node.filter, scope, body), this.budget));
        return undefined;
      }
      case 'with': {
        const inner = new Scope(scope);
        for (const [target, value] of node.bindings) this.#assign(target, this.evaluate(value, scope), inner);
        return this.#block(node.body, inner);
      }
      case 'scope':
        return this.#block(node.body, new Scope(scope));
      case 'generation': {
        const before = this.#place;
        if (!before?.block) this.#place = { turn: before?.turn ?? -1, block: { kind: node.says } };
        const jump = this.#block(node.body, new Scope(scope));
        this.#place = before;
        return jump;
      }
      case 'break':
      case 'continue':
        return node.kind;
    }
  }

  #for(node: Statement & { readonly kind: 'for' }, scope: Scope): Jump {
    const items = this.evaluate(node.items, scope);
    return this.#loop(node, items, scope, 1);
  }

  #loop(node: Statement & { readonly kind: 'for' }, iterable: Value, scope: Scope, depth: number): Jump {
    let items = itemsOf(iterable, this.budget);
    if (node.test) {
      const { test } = node;
      items = items.filter((item) => {
        const inner = new Scope(scope);
        this.#assign(node.target, item, inner);
        return isTrue(this.evaluate(test, inner));
      });
    }
    if (items.length === 0) return this.#block(node.otherwise, new Scope(scope));
    const recurse = node.isRecursive
      ? (inner: Value): Value =>
          this.#nested(() => this.#capture(() => this.#loop(node, inner, scope, depth + 1)))
      : undefined;
    const loop = node.readsLoop || node.isRecursive ? new Loop(items, depth, recurse) : undefined;
    const before = this.#place;
    this.#loops += 1;
    for (const [index, item] of items.entries()) {
      this.budget.work(2);
      // In Python, what an iteration sets is gone in the next one.
      const inner = new Scope(scope);
      if (loop) {
        loop.index = index;
        inner.variables.set('loop', loop);
      }
      this.#assign(node.target, item, inner);
      const turn = this.messages.get(item);
      if (turn !== undefined && before?.turn !== turn) this.#place = { turn, block: before?.block };
      const jump = this.#block(node.body, inner);
      this.#place = before;
      if (jump === 'break') break;
    }
    this.#loops -= 1;
    return undefined;
  }

  /** A loop over numbers that takes a message out of the list is at that message. */
  #enterTurn(value: Value): void {
    if (this.#loops === 0 || (this.#place !== undefined && this.#place.turn >= 0)) return;
    const turn = this.messages.get(value);
    if (turn !== undefined) this.#place = { turn, block: this.#place?.block };
  }

  #assign(target: Target, value: Value, scope: Scope): void {
    switch (target.kind) {
      case 'name':
        scope.variables.set(target.name, value);
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

  // --- output

  #write(text: string | Text): void {
    const value = stringOf(text);
    if (value === '') return;
    this.budget.text(this.#text.length + value.length);
    this.#text += value;
    const place = this.#place;
    if (typeof text === 'string') {
      addPiece(this.#pieces, { length: value.length, source: undefined, from: 0, place });
      return;
    }
    this.budget.work(text.pieces.length);
    for (const piece of text.pieces) addPiece(this.#pieces, writtenAt(piece, place));
  }

  #output(value: Expression, scope: Scope): void {
    if (value.kind === 'call' && value.callee.kind === 'name') {
      // A macro whose result is written as it is needs no text of its own.
      const macro = scope.get(value.callee.name);
      const body = macro instanceof Callable ? macros.get(macro) : undefined;
      if (body) {
        body(this.#given(value.given, scope));
        return;
      }
    }
    this.#write(toText(this.evaluate(value, scope), this.budget));
  }

  /** What a block writes, as a text. */
  #capture(write: () => unknown): string | Text {
    const [text, pieces] = [this.#text, this.#pieces];
    this.#text = '';
    this.#pieces = [];
    write();
    const captured = this.#pieces.every(({ source, place }) => !source && !place)
      ? this.#text
      : new Text(this.#text, this.#pieces);
    this.#text = text;
    this.#pieces = pieces;
    return captured;
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

  // --- macros

  #macro(signature: Signature, scope: Scope): Callable {
    const run = (given: Arguments): void => {
      const { offset } = this;
      const place = this.#place;
      const loops = this.#loops;
      this.#loops = 0;
      this.#nested(() => this.#block(signature.body, this.#bind(signature, given, scope)));
      this.#loops = loops;
      this.#place = place;
      this.offset = offset;
    };
    const attribute = (name: string): Value | undefined => {
      switch (name) {
        case 'name':
          return signature.name;
        case 'arguments':
          return new Sequence(
            signature.parameters.map((parameter) => parameter.name),
            'tuple',
          );
        case 'catch_kwargs':
          return signature.readsKwargs;
        case 'catch_varargs':
          return signature.readsVarargs;
        case 'caller':
          return signature.readsCaller;
        default:
          return undefined;
      }
    };
    const macro = new Callable(
      signature.name,
      (given) => this.#capture(() => run(given)),
      attribute,
      'Macro',
    );
    macros.set(macro, run);
    return macro;
  }

  #bind(signature: Signature, { positional, named }: Arguments, declaredIn: Scope): Scope {
    const { name, parameters } = signature;
    const scope = new Scope(declaredIn);
    const rest = new Map(named);
    for (const [index, parameter] of parameters.entries()) {
      let value = positional[index];
      if (value === undefined) {
        value = rest.get(parameter.name);
        rest.delete(parameter.name);
      }
      if (value === undefined && parameter.fallback) value = this.evaluate(parameter.fallback, scope);
      scope.variables.set(
        parameter.name,
        otherwise(value, () => new Undefined(`parameter '${parameter.name}' was not provided`)),
      );
    }
    if (signature.readsCaller) {
      scope.variables.set(
        'caller',
        otherwise(rest.get('caller'), () => new Undefined('No caller defined')),
      );
      rest.delete('caller');
    }
    if (signature.readsKwargs) scope.variables.set('kwargs', Dict.of(Object.fromEntries(rest)));
    else if (rest.size > 0) {
      throw new PythonError(
        'TypeError',
        `macro '${name}' takes no keyword argument '${[...rest.keys()][0]}'`,
      );
    }
    if (signature.readsVarargs)
      scope.variables.set('varargs', new Sequence(positional.slice(parameters.length), 'tuple'));
    else if (positional.length > parameters.length) {
      throw new PythonError(
        'TypeError',
        `macro '${name}' takes not more than ${parameters.length} argument(s)`,
      );
    }
    return scope;
  }

  // --- expressions

  evaluate(node: Expression, scope: Scope): Value {
    this.budget.work(1);
    switch (node.kind) {
      case 'constant':
        return node.value;
      case 'float':
        return new Float(node.value);
      case 'name':
        return otherwise(scope.get(node.name), () => new Undefined(`'${node.name}' is undefined`));
      case 'attribute':
        return getAttribute(this.evaluate(node.object, scope), node.name, this.library.methods, this.budget);
      case 'item':
        return getItem(
          this.evaluate(node.object, scope),
          this.evaluate(node.key, scope),
          this.library.methods,
          this.budget,
        );
      case 'slice':
        return this.#slice(node, scope);
      case 'call':
        return this.#call(node.callee, node.given, scope);
      case 'filter':
        return this.#filter(node, scope);
      case 'test': {
        const test = this.library.tests.get(node.name);
        if (!test) throw new PythonError('TemplateRuntimeError', `No test named '${node.name}'.`);
        return test(this.evaluate(node.value, scope), this.#given(node.given, scope), this);
      }
      case 'not':
        return !isTrue(this.evaluate(node.value, scope));
      case 'negative':
        return negate(this.evaluate(node.value, scope));
      case 'positive':
        return positive(this.evaluate(node.value, scope));
      case 'and': {
        const left = this.evaluate(node.left, scope);
        return isTrue(left) ? this.evaluate(node.right, scope) : left;
      }
      case 'or': {
        const left = this.evaluate(node.left, scope);
        return isTrue(left) ? left : this.evaluate(node.right, scope);
      }
      case 'operation': {
        if (node.operator === '+') return this.#sum(node, scope);
        return operate(
          node.operator,
          this.evaluate(node.left, scope),
          this.evaluate(node.right, scope),
          this.budget,
        );
      }
      case 'compare': {
        let left = this.evaluate(node.first, scope);
        for (const [operator, operand] of node.rest) {
          const right = this.evaluate(operand, scope);
          if (!compare(operator, left, right, this.budget)) return false;
          left = right;
        }
        return true;
      }
      case 'concat': {
        const texts = node.items.map((item) => toText(this.evaluate(item, scope), this.budget));
        this.budget.text(texts.reduce((sum, text) => sum + stringOf(text).length, 0));
        return concatAll(texts.map(withoutMarkup));
      }
      case 'condition': {
        if (isTrue(this.evaluate(node.test, scope))) return this.evaluate(node.then, scope);
        return node.otherwise
          ? this.evaluate(node.otherwise, scope)
          : new Undefined('the inline if-expression evaluated to false and no else section was defined.');
      }
      case 'list':
      case 'tuple':
        return new Sequence(
          node.items.map((item) => this.evaluate(item, scope)),
          node.kind,
        );
      case 'dict': {
        const entries: Dict['entries'] = new Map();
        for (const [key, value] of node.entries) {
          const name = this.evaluate(key, scope);
          const found = entries.get(dictKey(name));
          entries.set(dictKey(name), [found ? found[0] : name, this.evaluate(value, scope)]);
        }
        return new Dict(entries);
      }
    }
  }

  /** `a + b + c` goes to the left without recursion: templates write long sums of texts. */
  #sum(node: Expression, scope: Scope): Value {
    const operands: Expression[] = [];
    let first = node;
    while (first.kind === 'operation' && first.operator === '+') {
      operands.push(first.right);
      first = first.left;
    }
    let sum = this.evaluate(first, scope);
    for (const operand of operands.reverse()) {
      const next = this.evaluate(operand, scope);
      sum =
        isText(sum) && isText(next) ? addTexts(sum, next, this.budget) : operate('+', sum, next, this.budget);
    }
    return sum;
  }

  #slice(node: Expression & { readonly kind: 'slice' }, scope: Scope): Value {
    const value = this.evaluate(node.object, scope);
    const [start, end, step] = node.bounds.map((bound) => {
      const given = bound && this.evaluate(bound, scope);
      return given === undefined || given === null ? undefined : given;
    });
    if (value instanceof Undefined) return value.fail();
    const isSliced =
      isText(value) ||
      (value instanceof Sequence && !value.kind.startsWith('dict') && value.kind !== 'iterator');
    // What cannot be sliced has no such item.
    if (!isSliced) return new Undefined(`'${typeName(value)} object' has no such slice`);
    for (const bound of [start, end, step]) {
      if (bound !== undefined && !isInteger(bound) && typeof bound !== 'boolean')
        return new Undefined(`'${typeName(value)} object' has no such slice`);
    }
    const numbers = [start, end, step].map((bound) =>
      bound === undefined ? undefined : integerArgument('slice', bound),
    );
    const by = numbers[2] ?? 1;
    if (by === 0) throw new PythonError('ValueError', 'slice step cannot be zero');
    if (isText(value)) {
      const part = slicePoints(value, numbers[0], numbers[1], by, this.budget);
      if (part !== undefined) return part;
      return concatAll(
        sliceItems(itemsOf(value, this.budget) as (string | Text)[], numbers[0], numbers[1], by),
        isMarkup(value),
      );
    }
    const items = sliceItems(value.items, numbers[0], numbers[1], by);
    this.budget.items(items.length);
    return new Sequence(items, value.kind === 'range' ? 'list' : value.kind, value.source);
  }

  #call(callee: Expression, given: GivenArguments, scope: Scope): Value {
    if (callee.kind === 'attribute') {
      const object = this.evaluate(callee.object, scope);
      const method = this.library.methods.find(object, callee.name);
      if (method) return method(object, this.#given(given, scope), this.budget);
      return this.call(
        getAttribute(object, callee.name, this.library.methods, this.budget),
        this.#given(given, scope),
      );
    }
    const value = this.evaluate(callee, scope);
    return this.call(value, this.#given(given, scope));
  }

  call(callee: Value, given: Arguments): Value {
    if (callee instanceof Callable) return callee.call(given);
    if (callee instanceof Undefined) return callee.fail();
    if (callee instanceof Loop) {
      if (!callee.recurse)
        throw new PythonError(
          'TypeError',
          "The loop must have the 'recursive' marker to be called recursively.",
        );
      return callee.recurse(given.positional[0] ?? null);
    }
    throw new PythonError('TypeError', `'${typeName(callee)}' object is not callable`);
  }

  /** @param operand in place of the filter's own, where that is a block */
  #filter(node: Expression, scope: Scope, operand?: Value): Value {
    if (node.kind !== 'filter') return operand ?? null;
    const filter = this.library.filters.get(node.name);
    if (!filter) throw new PythonError('TemplateRuntimeError', `No filter named '${node.name}'.`);
    const value =
      node.value === undefined
        ? (operand ?? null)
        : operand === undefined
          ? this.evaluate(node.value, scope)
          : this.#filter(node.value, scope, operand);
    return filter(value, this.#given(node.given, scope), this);
  }

  #given({ positional, named, rest, namedRest }: GivenArguments, scope: Scope): Arguments {
    if (positional.length === 0 && named.length === 0 && !rest && !namedRest) return NOTHING_GIVEN;
    const values = positional.map((argument) => this.evaluate(argument, scope));
    const byName = new Map(named.map(([name, value]) => [name, this.evaluate(value, scope)]));
    if (rest) values.push(...itemsOf(this.evaluate(rest, scope), this.budget));
    if (namedRest) {
      const more = this.evaluate(namedRest, scope);
      if (!(more instanceof Dict))
        throw new PythonError('TypeError', `argument after ** must be a mapping, not ${typeName(more)}`);
      for (const [key, value] of more.entries.values())
        byName.set(isText(key) ? stringOf(key) : String(key), value);
    }
    return { positional: values, named: byName };
  }
}

const NOTHING_GIVEN: Arguments = { positional: [], named: new Map() };

/** The bodies of macros, for those that are written without a text of their own. */
const macros = new WeakMap<Callable, (given: Arguments) => void>();
