/** Expressions, by the precedence of jinja2's parser. */

import type { Comparison, Expression, GivenArguments, Operator } from './syntax.js';
import { TemplateFault } from './template-fault.js';
import { TokenStream } from './token-stream.js';
import { integer } from './values.js';

/** Expressions in expressions. */
const MAX_NESTING = 200;
/** The longest number that Python reads. */
const MAX_DIGITS = 4300;

const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];
const CONSTANTS = new Map<string, null | boolean>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);
const NO_ARGUMENTS: GivenArguments = { positional: [], named: [], rest: undefined, namedRest: undefined };

export class ExpressionParser extends TokenStream {
  #depth = 0;

  expression(conditional = true): Expression {
    this.#depth += 1;
    if (this.#depth > MAX_NESTING) {
      throw new TemplateFault(
        `expected at most ${MAX_NESTING} expressions inside each other, got more`,
        this.current.offset,
      );
    }
    const expression = conditional ? this.#conditional() : this.#or();
    this.#depth -= 1;
    return expression;
  }

  #conditional(): Expression {
    let then = this.#or();
    // Jinja's chain goes to the right in its else, and to the left where an if follows an if without one.
    while (this.skipName('if')) {
      const test = this.#or();
      const otherwise = this.skipName('else') ? this.expression() : undefined;
      then = { kind: 'condition', test, then, otherwise };
    }
    return then;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.skipName('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.skipName('and')) left = { kind: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    let count = 0;
    while (this.skipName('not')) count += 1;
    let value = this.#compare();
    // `not not x` is a truth value; more of them change nothing but its sign.
    for (let left = count > 2 ? 2 - (count % 2) : count; left > 0; left -= 1) value = { kind: 'not', value };
    return value;
  }

  #compare(): Expression {
    const first = this.#sum();
    const rest: [Comparison, Expression][] = [];
    for (;;) {
      const { type, value } = this.current;
      if (type === 'operator' && COMPARISONS.includes(value)) {
        this.next();
        rest.push([value as Comparison, this.#sum()]);
      } else if (this.skipName('in')) {
        rest.push(['in', this.#sum()]);
      } else if (this.isName('not') && this.lookAhead('name', 'in')) {
        this.next();
        this.next();
        rest.push(['not in', this.#sum()]);
      } else {
        return rest.length === 0 ? first : { kind: 'compare', first, rest };
      }
    }
  }

  #sum(): Expression {
    return this.#operations(['+', '-'], () => this.#concat());
  }

  #concat(): Expression {
    const items = [this.#product()];
    while (this.skipOperator('~')) items.push(this.#product());
    return items.length === 1 ? items[0]! : { kind: 'concat', items };
  }

  #product(): Expression {
    return this.#operations(['*', '/', '//', '%'], () => this.#power());
  }

  #power(): Expression {
    return this.#operations(['**'], () => this.#unary(true));
  }

  #operations(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    while (this.current.type === 'operator' && operators.includes(this.current.value)) {
      const operator = this.next().value as Operator;
      left = { kind: 'operation', operator, left, right: operand() };
    }
    return left;
  }

  #unary(withFilter: boolean): Expression {
    this.#depth += 1;
    if (this.#depth > MAX_NESTING) throw this.unexpected('an expression that is not nested so deep');
    let value: Expression;
    if (this.skipOperator('-')) value = { kind: 'negative', value: this.#unary(false) };
    else if (this.skipOperator('+')) value = { kind: 'positive', value: this.#unary(false) };
    else value = this.#primary();
    value = this.#postfix(value);
    if (withFilter) value = this.#filtersAndTests(value);
    this.#depth -= 1;
    return value;
  }

  #primary(): Expression {
    const { type, value, offset } = this.current;
    switch (type) {
      case 'name': {
        this.next();
        const constant = CONSTANTS.get(value);
        return constant === undefined ? { kind: 'name', name: value } : { kind: 'constant', value: constant };
      }
      case 'string': {
        let text = '';
        while (this.current.type === 'string') text += this.next().value;
        return { kind: 'constant', value: text };
      }
      case 'integer':
        this.next();
        return { kind: 'constant', value: this.#integer(value, offset) };
      case 'float':
        this.next();
        return { kind: 'float', value: Number(value) };
      case 'operator':
        if (this.skipOperator('(')) {
          const tuple = parseTuple(this, { parenthesized: true });
          this.expectOperator(')');
          return tuple;
        }
        if (this.skipOperator('[')) return { kind: 'list', items: this.#items(']') };
        if (this.skipOperator('{')) return this.#dict();
    }
    if (type === 'variable_end' || type === 'block_end' || type === 'eof')
      throw this.unexpected('an expression');
    throw new TemplateFault(`expected an expression, got ${JSON.stringify(value)}`, offset);
  }

  #integer(digits: string, offset: number): number | bigint {
    if (digits.length > MAX_DIGITS)
      throw new TemplateFault(`expected a number of at most ${MAX_DIGITS} digits, got more`, offset);
    return integer(BigInt(digits));
  }

  #items(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.isOperator(end)) {
      if (items.length > 0) this.expectOperator(',');
      if (this.isOperator(end)) break;
      items.push(this.expression());
    }
    this.expectOperator(end);
    return items;
  }

  #dict(): Expression {
    const entries: [Expression, Expression][] = [];
    while (!this.isOperator('}')) {
      if (entries.length > 0) this.expectOperator(',');
      if (this.isOperator('}')) break;
      const key = this.expression();
      this.expectOperator(':');
      entries.push([key, this.expression()]);
    }
    this.expectOperator('}');
    return { kind: 'dict', entries };
  }

  #postfix(start: Expression): Expression {
    let value = start;
    for (let steps = 0; ; steps += 1) {
      this.#checkChain(steps);
      if (this.skipOperator('.')) value = this.#dot(value);
      else if (this.skipOperator('[')) value = this.#subscript(value);
      else if (this.isOperator('(')) value = { kind: 'call', callee: value, given: this.#arguments() };
      else return value;
    }
  }

  #checkChain(steps: number): void {
    if (steps > MAX_NESTING) throw this.unexpected(`at most ${MAX_NESTING} steps in a chain`);
  }

  #dot(object: Expression): Expression {
    const { type, value, offset } = this.current;
    if (type !== 'name' && type !== 'integer') throw this.unexpected('a name or a number');
    this.next();
    if (type === 'name') return { kind: 'attribute', object, name: value };
    return { kind: 'item', object, key: { kind: 'constant', value: this.#integer(value, offset) } };
  }

  #subscript(object: Expression): Expression {
    // Jinja reads no index as the empty tuple.
    if (this.skipOperator(']')) return { kind: 'item', object, key: { kind: 'tuple', items: [] } };
    const first = this.isOperator(':') ? undefined : this.expression();
    if (!this.isOperator(':')) {
      const items = [first!];
      while (this.skipOperator(',')) items.push(this.expression());
      this.expectOperator(']');
      return { kind: 'item', object, key: items.length === 1 ? items[0]! : { kind: 'tuple', items } };
    }
    const bound = (): Expression | undefined =>
      this.skipOperator(':') && !this.isOperator(':') && !this.isOperator(']')
        ? this.expression()
        : undefined;
    const bounds = [first, bound(), bound()] as const;
    this.expectOperator(']');
    return { kind: 'slice', object, bounds };
  }

  #arguments(): GivenArguments {
    const { offset } = this.current;
    const positional: Expression[] = [];
    const named: [string, Expression][] = [];
    let rest: Expression | undefined;
    let namedRest: Expression | undefined;
    const misplaced = (): TemplateFault =>
      new TemplateFault('expected arguments by position before those by name', offset);
    this.expectOperator('(');
    for (let count = 0; !this.isOperator(')'); count += 1) {
      if (count > 0) this.expectOperator(',');
      if (this.isOperator(')')) break;
      if (this.skipOperator('*')) {
        if (rest || namedRest) throw misplaced();
        rest = this.expression();
      } else if (this.skipOperator('**')) {
        if (namedRest) throw misplaced();
        namedRest = this.expression();
      } else if (this.current.type === 'name' && this.lookAhead('operator', '=')) {
        if (namedRest) throw misplaced();
        const name = this.next().value;
        this.next();
        if (named.some(([other]) => other === name))
          throw new TemplateFault(`expected each argument once, got ${name} again`, offset);
        named.push([name, this.expression()]);
      } else {
        if (rest || namedRest || named.length > 0) throw misplaced();
        positional.push(this.expression());
      }
    }
    this.expectOperator(')');
    return { positional, named, rest, namedRest };
  }

  #filtersAndTests(start: Expression): Expression {
    let value = start;
    for (let steps = 0; ; steps += 1) {
      this.#checkChain(steps);
      if (this.isOperator('|')) value = this.filters(value, false)!;
      else if (this.skipName('is')) value = this.#test(value);
      else if (this.isOperator('(')) value = { kind: 'call', callee: value, given: this.#arguments() };
      else return value;
    }
  }

  /** @param isInline whether the first name stands without a bar, as in a filter block */
  filters(start: Expression | undefined, isInline: boolean): Expression | undefined {
    let value = start;
    let inline = isInline;
    for (let steps = 0; inline || this.isOperator('|'); steps += 1) {
      this.#checkChain(steps);
      if (!inline) this.next();
      inline = false;
      const name = this.#dottedName();
      value = { kind: 'filter', value, name, given: this.isOperator('(') ? this.#arguments() : NO_ARGUMENTS };
    }
    return value;
  }

  #test(value: Expression): Expression {
    const isNegated = this.skipName('not');
    const name = this.#dottedName();
    let given = NO_ARGUMENTS;
    if (this.isOperator('(')) {
      given = this.#arguments();
    } else if (this.#beginsTestArgument()) {
      if (this.isName('is')) throw this.unexpected('one test, not a chain of them');
      given = { ...NO_ARGUMENTS, positional: [this.#postfix(this.#primary())] };
    }
    const test: Expression = { kind: 'test', value, name, given };
    return isNegated ? { kind: 'not', value: test } : test;
  }

  #beginsTestArgument(): boolean {
    const { type, value } = this.current;
    if (type === 'name') return !['else', 'or', 'and'].includes(value);
    if (type === 'operator') return value === '[' || value === '{';
    return type === 'string' || type === 'integer' || type === 'float';
  }

  #dottedName(): string {
    let { value } = this.expectType('name');
    while (this.skipOperator('.')) value += `.${this.expectType('name').value}`;
    return value;
  }
}

export interface TupleOptions {
  /** Whether `x if y else z` may stand there; true by default. */
  readonly conditional?: boolean;
  /** Inside of parentheses: `()` is the empty tuple. */
  readonly parenthesized?: boolean;
}

/** An expression, or a tuple where several stand with commas between them. */
export function parseTuple(
  stream: ExpressionParser,
  { conditional = true, parenthesized = false }: TupleOptions = {},
): Expression {
  const items: Expression[] = [];
  let isTuple = false;
  for (;;) {
    const { type } = stream.current;
    if (type === 'variable_end' || type === 'block_end' || stream.isOperator(')')) break;
    items.push(stream.expression(conditional));
    if (!stream.skipOperator(',')) break;
    isTuple = true;
  }
  if (isTuple || (items.length === 0 && parenthesized)) return { kind: 'tuple', items };
  if (items.length === 0) throw stream.unexpected('an expression');
  return items[0]!;
}
