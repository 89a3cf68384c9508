/**
 * Expressions, evaluated by @huggingface/jinja except where it answers otherwise than Python, silently, and
 * where it is slow: it throws to find that a name is unknown, and builds all methods of a value to find that
 * a field is missing.
 */
import { type Environment, Interpreter } from '@huggingface/jinja';
import type { Node, Statement } from './parse-template.js';
import { pythonStrip, type StripMethod, stripMethods } from './python-strip.js';
import {
  areEqual,
  boolean,
  integer,
  isTrue,
  kindOf,
  nothing,
  type RuntimeValue,
  text,
} from './runtime-values.js';

/** About a second of work; a message takes less than a hundred steps. */
const maxSteps = 1_000_000;
/** Far above any context: 16 Mi characters are some four million tokens. */
export const maxCharacters = 2 ** 24;

/** Methods of Python's dict that the library knows. */
const objectMethods = new Set(['get', 'items', 'keys', 'values', 'dictsort']);

/** Type of a node that stands for a value already computed. */
const COMPUTED = 'Computed';
export const computed = (value: RuntimeValue): Node => ({ type: COMPUTED, value });

/** Values of literals, made once: nothing changes them. */
const literals = new WeakMap<object, RuntimeValue>();

export class ExpressionInterpreter extends Interpreter {
  #steps = 0;

  /** @throws {Error} where a template does not end */
  protected step(count: number): void {
    this.#steps += count;
    if (this.#steps > maxSteps) {
      throw new Error(`expected an end within ${maxSteps} steps, got none; does the template loop?`);
    }
  }

  override evaluate(node: Statement | undefined, environment: Environment): RuntimeValue {
    if (node === undefined) return nothing;
    this.step(1);
    const value = this.#evaluateNode(node, environment);
    if (typeof value.value === 'string') checkLength(value.value);
    return value;
  }

  #evaluateNode(node: Node, environment: Environment): RuntimeValue {
    switch (node.type) {
      case COMPUTED:
        return node.value as RuntimeValue;
      case 'StringLiteral':
      case 'IntegerLiteral': {
        let value = literals.get(node);
        if (value === undefined) {
          value = super.evaluate(node, environment);
          literals.set(node, value);
        }
        return value;
      }
      case 'Identifier':
        return lookUp(node.value as string, environment);
      case 'MemberExpression':
        return this.#member(node, environment);
      case 'BinaryExpression':
        return this.#binary(node, environment);
      case 'UnaryExpression':
        return node.operator?.value === 'not'
          ? boolean(!isTrue(this.evaluate(node.argument, environment)))
          : super.evaluate(node, environment);
      case 'TestExpression': {
        const name = node.test?.value as string;
        const test = name === 'iterable' ? isIterable : environment.tests.get(name);
        if (!test) return super.evaluate(node, environment);
        return boolean(test(this.evaluate(node.operand, environment)) !== node.negate);
      }
      case 'CallExpression':
        return this.#strip(node, environment) ?? super.evaluate(node, environment);
      case 'FilterExpression':
        return this.#filter(node, environment);
      default:
        return super.evaluate(node, environment);
    }
  }

  #member({ object: target, property, computed: isComputed }: Node, environment: Environment): RuntimeValue {
    const owner = this.evaluate(target, environment);
    const node = { type: 'MemberExpression', object: computed(owner), property, computed: isComputed };
    if (isComputed && property?.type === 'SliceExpression') return super.evaluate(node, environment);
    const key = isComputed ? this.evaluate(property, environment) : undefined;
    const name = key ? key.value : property?.value;
    // Python finds nothing under nothing; the library fails.
    if (key?.type === 'UndefinedValue') return nothing;
    if (typeof name === 'string' && (owner.type === 'ObjectValue' || owner.type === 'NamespaceValue')) {
      const found = (owner.value as ReadonlyMap<string, RuntimeValue>).get(name);
      if (found !== undefined) return found;
      if (owner.type === 'NamespaceValue' || !objectMethods.has(name)) return nothing;
    }
    return super.evaluate(key ? ({ ...node, property: computed(key) } as Statement) : node, environment);
  }

  /** `a + b + c`, without a value for each step where all are text. */
  #concatenated(node: Node, environment: Environment): RuntimeValue {
    const operands: Statement[] = [];
    let first: Node = node;
    while (first.type === 'BinaryExpression' && first.operator?.value === '+') {
      operands.push(first.right!);
      first = first.left!;
    }
    let sum = this.evaluate(first, environment);
    let written = typeof sum.value === 'string' ? sum.value : undefined;
    for (const operand of operands.reverse()) {
      const next = this.evaluate(operand, environment);
      if (written !== undefined && next.type === 'StringValue') {
        written += next.value as string;
        continue;
      }
      const left = written === undefined ? sum : text(written);
      refuseMixedText(left, next);
      sum = super.evaluate(
        {
          type: 'BinaryExpression',
          operator: { value: '+' },
          left: computed(left),
          right: computed(next),
        } as Statement,
        environment,
      );
      written = undefined;
    }
    return written === undefined ? sum : text(written);
  }

  #binary(node: Node, environment: Environment): RuntimeValue {
    const operator = node.operator?.value;
    if (operator === '+') return this.#concatenated(node, environment);
    const left = this.evaluate(node.left, environment);
    if (operator === 'and') return isTrue(left) ? this.evaluate(node.right, environment) : left;
    if (operator === 'or') return isTrue(left) ? left : this.evaluate(node.right, environment);
    const right = this.evaluate(node.right, environment);
    switch (operator) {
      case '==':
        return boolean(areEqual(left, right));
      case '!=':
        return boolean(!areEqual(left, right));
      case 'in':
      case 'not in':
        if (Array.isArray(right.value)) {
          const isIn = right.value.some((item: RuntimeValue) => areEqual(item, left));
          return boolean(isIn === (operator === 'in'));
        }
    }
    return super.evaluate(
      { ...node, left: computed(left), right: computed(right) } as Statement,
      environment,
    );
  }

  #strip({ callee, args }: Node, environment: Environment): RuntimeValue | undefined {
    const method = callee?.property?.value as StripMethod;
    if (callee?.type !== 'MemberExpression' || callee.computed || !stripMethods.includes(method))
      return undefined;
    if (args === undefined || args.length > 1) return undefined;
    const { value } = this.evaluate(callee.object, environment);
    const characters = args.length === 0 ? undefined : this.evaluate(args[0], environment).value;
    if (typeof value !== 'string' || (args.length > 0 && typeof characters !== 'string')) return undefined;
    return text(pythonStrip(value, method, characters as string | undefined));
  }

  #filter(node: Node, environment: Environment): RuntimeValue {
    const operand = this.evaluate(node.operand, environment);
    const name = node.filter?.type === 'Identifier' ? node.filter.value : undefined;
    if (name === 'trim' && operand.type === 'UndefinedValue') return text('');
    if (typeof operand.value === 'string') {
      if (name === 'trim') return text(pythonStrip(operand.value, 'strip'));
      // Python counts characters, JavaScript UTF-16 code units.
      if (name === 'length') return integer([...operand.value].length);
    }
    return super.evaluate({ ...node, operand: computed(operand) } as Statement, environment);
  }
}

/** In Python, objects are iterable too, and what is not there is an empty list. */
function isIterable({ type, value }: RuntimeValue): boolean {
  const isObject = typeof value === 'object' && value !== null && type !== 'NamespaceValue';
  return isObject || typeof value === 'string' || type === 'UndefinedValue';
}

/** @throws {Error} where a text is longer than anything that a model could read */
export function checkLength({ length }: string): void {
  if (length > maxCharacters) throw new Error(`expected at most ${maxCharacters} characters, got ${length}`);
}

export function lookUp(name: string, environment: Environment): RuntimeValue {
  for (let scope: Environment | undefined = environment; scope; scope = scope.parent) {
    const found = scope.variables.get(name);
    if (found !== undefined) return found;
  }
  return nothing;
}

/** Text and something else cannot be added in Python; the library writes JSON into the text. */
function refuseMixedText(left: RuntimeValue, right: RuntimeValue): void {
  const other = left.type === 'StringValue' ? right : right.type === 'StringValue' ? left : undefined;
  if (other) {
    throw new Error(
      `+: expected text beside text, got ${kindOf(other)}; does the template take such content?`,
    );
  }
}
