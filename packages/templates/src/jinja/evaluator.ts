/** Works expressions out. */
import { negate, positive } from './arithmetic.js';
import { getAttribute, getItem, type Methods } from './attributes.js';
import type { Budget } from './budget.js';
import { itemsOf } from './iterate.js';
import { Macro } from './macro.js';
import { addTexts, compare, operate } from './operations.js';
import { PythonError } from './python-error.js';
import type { Scope } from './scope.js';
import { sliceOf } from './slicing.js';
import type { Expression, GivenArguments } from './syntax.js';
import { concatAll, pieceCount, stringOf, type Text, withoutMarkup } from './text.js';
import { toText } from './to-text.js';
import {
  type Arguments,
  Callable,
  Dict,
  Float,
  isText,
  isTrue,
  Loop,
  type Running,
  Sequence,
  setEntry,
  typeName,
  Undefined,
  type Value,
} from './values.js';

export type Filter = (value: Value, given: Arguments, evaluator: Evaluator) => Value;
export type Test = (value: Value, given: Arguments, evaluator: Evaluator) => boolean;

export interface Library {
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Test>;
  readonly methods: Methods;
}

export abstract class Evaluator implements Running {
  readonly budget: Budget;
  readonly library: Library;
  readonly now: () => Date;

  /** @param now the clock behind `strftime_now` */
  constructor(budget: Budget, library: Library, now: () => Date) {
    this.budget = budget;
    this.library = library;
    this.now = now;
  }

  /** What a macro writes. */
  protected abstract callMacro(macro: Macro, given: Arguments): string | Text;

  evaluate(node: Expression, scope: Scope): Value {
    const { budget, library } = this;
    budget.work(1);
    switch (node.kind) {
      case 'constant':
        return node.value;
      case 'float':
        return new Float(node.value);
      case 'name':
        return this.#variable(node.name, scope);
      case 'attribute':
        return getAttribute(this.evaluate(node.object, scope), node.name, library.methods, budget);
      case 'item': {
        const object = this.evaluate(node.object, scope);
        return getItem(object, this.evaluate(node.key, scope), library.methods, budget);
      }
      case 'slice': {
        const value = this.evaluate(node.object, scope);
        const bounds = node.bounds.map((bound) => bound && this.evaluate(bound, scope));
        return sliceOf(value, bounds, budget);
      }
      case 'call':
        return this.#call(node.callee, node.given, scope);
      case 'filter':
        return this.filter(node, scope);
      case 'test': {
        const test = library.tests.get(node.name);
        if (!test) throw new PythonError('TemplateRuntimeError', `No test named '${node.name}'.`);
        return test(this.evaluate(node.value, scope), this.given(node.given, scope), this);
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
        const left = this.evaluate(node.left, scope);
        return operate(node.operator, left, this.evaluate(node.right, scope), budget);
      }
      case 'compare': {
        let left = this.evaluate(node.first, scope);
        for (const [operator, operand] of node.rest) {
          const right = this.evaluate(operand, scope);
          if (!compare(operator, left, right, budget)) return false;
          left = right;
        }
        return true;
      }
      case 'concat': {
        const texts = node.items.map((item) => toText(this.evaluate(item, scope), budget));
        budget.text(texts.reduce((sum, text) => sum + stringOf(text).length, 0));
        budget.pieces(texts.reduce((sum, text) => sum + pieceCount(text), 0));
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
        for (const [key, value] of node.entries)
          setEntry(entries, this.evaluate(key, scope), this.evaluate(value, scope), budget);
        return new Dict(entries);
      }
    }
  }

  #variable(name: string, scope: Scope): Value {
    const found = scope.get(name);
    return found === undefined ? new Undefined(`'${name}' is undefined`) : found;
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
    let texts: (string | Text)[] = isText(sum) ? [sum] : [];
    for (const operand of operands.reverse()) {
      const next = this.evaluate(operand, scope);
      if (texts.length > 0 && isText(next)) {
        texts.push(next);
        continue;
      }
      sum = operate('+', texts.length > 0 ? addTexts(texts, this.budget) : sum, next, this.budget);
      texts = isText(sum) ? [sum] : [];
    }
    return texts.length > 0 ? addTexts(texts, this.budget) : sum;
  }

  #call(callee: Expression, given: GivenArguments, scope: Scope): Value {
    if (callee.kind !== 'attribute') return this.call(this.evaluate(callee, scope), this.given(given, scope));
    const object = this.evaluate(callee.object, scope);
    const { methods } = this.library;
    const method = methods.find(object, callee.name);
    if (method) return method(object, this.given(given, scope), this.budget);
    const found = getAttribute(object, callee.name, methods, this.budget);
    return this.call(found, this.given(given, scope));
  }

  call(callee: Value, given: Arguments): Value {
    if (callee instanceof Callable) return callee.call(given, this);
    if (callee instanceof Macro) return this.callMacro(callee, given);
    if (callee instanceof Undefined) return callee.fail();
    if (!(callee instanceof Loop))
      throw new PythonError('TypeError', `'${typeName(callee)}' object is not callable`);
    if (callee.recurse) return callee.recurse(given.positional[0] ?? null);
    throw new PythonError('TypeError', "The loop must have the 'recursive' marker to be called recursively.");
  }

  /** @param operand in place of the filter's own, where that is a block */
  filter(node: Expression, scope: Scope, operand: Value = null): Value {
    if (node.kind !== 'filter') return operand;
    this.budget.work(1);
    const filter = this.library.filters.get(node.name);
    if (!filter) throw new PythonError('TemplateRuntimeError', `No filter named '${node.name}'.`);
    let value = operand;
    if (node.value?.kind === 'filter') value = this.filter(node.value, scope, operand);
    else if (node.value) value = this.evaluate(node.value, scope);
    return filter(value, this.given(node.given, scope), this);
  }

  given({ positional, named, rest, namedRest }: GivenArguments, scope: Scope): Arguments {
    if (positional.length === 0 && named.length === 0 && !rest && !namedRest) return NOTHING_GIVEN;
    const values = positional.map((argument) => this.evaluate(argument, scope));
    const byName =
      named.length === 0 && !namedRest
        ? NOTHING_NAMED
        : new Map(named.map(([name, value]) => [name, this.evaluate(value, scope)]));
    if (rest) for (const value of itemsOf(this.evaluate(rest, scope), this.budget)) values.push(value);
    if (namedRest) {
      const more = this.evaluate(namedRest, scope);
      if (!(more instanceof Dict))
        throw new PythonError('TypeError', `argument after ** must be a mapping, not ${typeName(more)}`);
      for (const [key, value] of more.entries.values()) {
        if (!isText(key)) throw new PythonError('TypeError', 'keywords must be strings');
        const name = stringOf(key);
        if (byName.has(name))
          throw new PythonError('TypeError', `got multiple values for keyword argument '${name}'`);
        byName.set(name, value);
      }
    }
    return { positional: values, named: byName };
  }
}

const NOTHING_NAMED = new Map<string, Value>();
const NOTHING_GIVEN: Arguments = { positional: [], named: NOTHING_NAMED };
