/** Python's operators on values. */
import type { Budget } from './budget.js';
import { formatPercent } from './format-percent.js';
import { escapeHtml } from './markup.js';
import { PythonError, UnsupportedError } from './python-error.js';
import type { Comparison, Operator } from './syntax.js';
import { concat, concatAll, isMarkup, stringOf, type Text } from './text.js';
import {
  Dict,
  dictKey,
  Float,
  integer,
  isInteger,
  isNumber,
  isText,
  Namespace,
  Sequence,
  typeName,
  Undefined,
  type Value,
} from './values.js';

/** A number as Python computes with it: booleans are 0 and 1. */
export function numberOf(value: boolean | number | bigint | Float): number {
  return value instanceof Float ? value.value : Number(value);
}

/** Python's `==`: by value, deep; numbers and booleans as numbers, nothing else across types. */
export function areEqual(left: Value, right: Value, budget: Budget, depth = 0): boolean {
  budget.work(1);
  if (depth > 500)
    throw new PythonError('RecursionError', 'expected lists that end, got one too deep to compare');
  if (left instanceof Undefined || right instanceof Undefined) {
    return left instanceof Undefined && right instanceof Undefined && left.type === right.type;
  }
  if (left === right) return true;
  if (isText(left)) {
    if (!isText(right)) return false;
    const [first, second] = [stringOf(left), stringOf(right)];
    if (first.length !== second.length) return false;
    budget.characters(first.length);
    return first === second;
  }
  if (isNumber(left)) {
    if (!isNumber(right)) return false;
    if (typeof left === 'bigint' && typeof right === 'bigint') return left === right;
    // biome-ignore lint/suspicious/noDoubleEquals: a bigint and a number of one value are equal.
    return plain(left) == plain(right);
  }
  if (left instanceof Sequence && right instanceof Sequence) {
    if (left.kind !== right.kind || left.items.length !== right.items.length || left.kind === 'iterator')
      return false;
    return left.items.every((item, index) => areEqual(item, right.items[index]!, budget, depth + 1));
  }
  if (left instanceof Dict && right instanceof Dict) {
    if (left.entries.size !== right.entries.size) return false;
    for (const [key, [, value]] of left.entries) {
      const other = right.entries.get(key);
      if (other === undefined || !areEqual(value, other[1], budget, depth + 1)) return false;
    }
    return true;
  }
  return false;
}

function plain(value: boolean | number | bigint | Float): number | bigint {
  return typeof value === 'boolean' ? Number(value) : value instanceof Float ? value.value : value;
}

/**
 * Below 0 where `left` comes first, 0 where they are equal.
 * @throws {PythonError} on types that Python does not order
 */
export function compareValues(left: Value, right: Value, budget: Budget, operator = '<'): number {
  budget.work(1);
  if (isText(left) && isText(right)) {
    const [first, second] = [stringOf(left), stringOf(right)];
    budget.characters(Math.min(first.length, second.length));
    return compareTexts(first, second);
  }
  if (isNumber(left) && isNumber(right)) {
    const [first, second] = [plain(left), plain(right)];
    if (Number.isNaN(first) || Number.isNaN(second)) return Number.NaN;
    return first < second ? -1 : first > second ? 1 : 0;
  }
  if (
    left instanceof Sequence &&
    right instanceof Sequence &&
    left.kind === right.kind &&
    (left.kind === 'list' || left.kind === 'tuple')
  ) {
    const shared = Math.min(left.items.length, right.items.length);
    for (let index = 0; index < shared; index += 1) {
      if (areEqual(left.items[index]!, right.items[index]!, budget)) continue;
      return compareValues(left.items[index]!, right.items[index]!, budget, operator);
    }
    return left.items.length - right.items.length;
  }
  for (const value of [left, right]) if (value instanceof Undefined) value.fail();
  throw new PythonError(
    'TypeError',
    `'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`,
  );
}

/** By code points, as Python compares; UTF-16 differs where one is beyond the first plane. */
export function compareTexts(first: string, second: string): number {
  if (first === second) return 0;
  let at = 0;
  while (at < first.length && first.charCodeAt(at) === second.charCodeAt(at)) at += 1;
  // A pair that differs in its second half alone begins one unit earlier.
  if (at > 0 && /[\ud800-\udbff]/.test(first[at - 1]!)) at -= 1;
  return (first.codePointAt(at) ?? -1) - (second.codePointAt(at) ?? -1);
}

export function compare(operator: Comparison, left: Value, right: Value, budget: Budget): boolean {
  switch (operator) {
    case '==':
      return areEqual(left, right, budget);
    case '!=':
      return !areEqual(left, right, budget);
    case 'in':
      return isIn(left, right, budget);
    case 'not in':
      return !isIn(left, right, budget);
    case '<':
      return compareValues(left, right, budget, operator) < 0;
    case '<=':
      return compareValues(left, right, budget, operator) <= 0;
    case '>':
      return compareValues(left, right, budget, operator) > 0;
    case '>=':
      return compareValues(left, right, budget, operator) >= 0;
  }
}

export function isIn(item: Value, container: Value, budget: Budget): boolean {
  if (isText(container)) {
    if (!isText(item)) {
      throw new PythonError(
        'TypeError',
        `'in <string>' requires string as left operand, not ${typeName(item)}`,
      );
    }
    budget.characters(stringOf(container).length);
    return stringOf(container).includes(stringOf(item));
  }
  if (container instanceof Dict) return container.entries.has(dictKey(item));
  if (container instanceof Sequence) {
    const { items } = container;
    if (container.kind === 'iterator') container.items = [];
    return items.some((other) => areEqual(item, other, budget));
  }
  if (container instanceof Undefined) return false;
  throw new PythonError('TypeError', `argument of type '${typeName(container)}' is not iterable`);
}

export function operate(operator: Operator, left: Value, right: Value, budget: Budget): Value {
  if (left instanceof Undefined) return left.fail();
  if (right instanceof Undefined && !(operator === '%' && isText(left))) return right.fail();
  if (isNumber(left) && isNumber(right)) return arithmetic(operator, left, right, budget);
  switch (operator) {
    case '+':
      if (isText(left) && isText(right)) return addTexts(left, right, budget);
      if (
        left instanceof Sequence &&
        right instanceof Sequence &&
        left.kind === right.kind &&
        (left.kind === 'list' || left.kind === 'tuple')
      ) {
        budget.items(left.items.length + right.items.length);
        return new Sequence([...left.items, ...right.items], left.kind);
      }
      break;
    case '*':
      if (isRepeatable(left) && (isInteger(right) || typeof right === 'boolean'))
        return repeat(left, Number(right), budget);
      if (isRepeatable(right) && (isInteger(left) || typeof left === 'boolean'))
        return repeat(right, Number(left), budget);
      break;
    case '%':
      if (isText(left)) return formatPercent(left, right, budget);
  }
  if (left instanceof Dict || left instanceof Namespace || right instanceof Dict) {
    throw new PythonError(
      'TypeError',
      `unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`,
    );
  }
  throw new PythonError('TypeError', operandsMessage(operator, left, right));
}

function operandsMessage(operator: Operator, left: Value, right: Value): string {
  if (operator === '+' && isText(left)) {
    return `can only concatenate str (not "${typeName(right)}") to str; does the template take such content?`;
  }
  return `unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`;
}

const isRepeatable = (value: Value): value is string | Text | Sequence =>
  isText(value) || (value instanceof Sequence && (value.kind === 'list' || value.kind === 'tuple'));

/** Markup escapes what is added to it. */
export function addTexts(left: string | Text, right: string | Text, budget: Budget): string | Text {
  budget.text(stringOf(left).length + stringOf(right).length);
  const [first, second] = [isMarkup(left), isMarkup(right)];
  if (first && !second) return concat(left, escapeHtml(right, budget));
  if (second && !first) return concat(escapeHtml(left, budget), right);
  return concat(left, right);
}

function repeat(value: string | Text | Sequence, given: number, budget: Budget): Value {
  const count = Math.max(0, given);
  if (value instanceof Sequence) {
    budget.items(value.items.length * count);
    return new Sequence(Array.from({ length: count }, () => value.items).flat(), value.kind);
  }
  budget.text(stringOf(value).length * count);
  if (typeof value === 'string') return value.repeat(count);
  budget.items(value.pieces.length * count);
  return concatAll(
    Array.from({ length: count }, () => value),
    value.isMarkup,
  );
}

function arithmetic(
  operator: Operator,
  left: boolean | number | bigint | Float,
  right: boolean | number | bigint | Float,
  budget: Budget,
): Value {
  if (left instanceof Float || right instanceof Float)
    return floatArithmetic(operator, numberOf(left), numberOf(right));
  if (operator === '/') {
    if (Number(right) === 0) throw new PythonError('ZeroDivisionError', 'division by zero');
    return new Float(Number(left) / Number(right));
  }
  if (typeof left !== 'bigint' && typeof right !== 'bigint') {
    const small = smallArithmetic(operator, Number(left), Number(right));
    if (small !== undefined && Number.isSafeInteger(small)) return small;
  }
  const [first, second] = [BigInt(left), BigInt(right)];
  const bits = (value: bigint): number => value.toString(16).length * 4;
  const size = operator === '**' ? bits(first) * Number(second) : bits(first) + bits(second);
  if (size > 40_000)
    throw new UnsupportedError(`${operator}: expected numbers of at most 40000 bits, got one of ${size}`);
  budget.work(1 + Math.ceil(size / 64));
  switch (operator) {
    case '+':
      return integer(first + second);
    case '-':
      return integer(first - second);
    case '*':
      return integer(first * second);
    case '**':
      if (second < 0n) return new Float(Number(first) ** Number(second));
      return integer(first ** second);
    default: {
      if (second === 0n) throw new PythonError('ZeroDivisionError', 'integer division or modulo by zero');
      const remainder = first % second;
      const isBelow = remainder !== 0n && remainder < 0n !== second < 0n;
      if (operator === '%') return integer(isBelow ? remainder + second : remainder);
      return integer(first / second - (isBelow ? 1n : 0n));
    }
  }
}

function smallArithmetic(operator: Operator, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right + 0;
    case '%':
    case '//': {
      if (right === 0) throw new PythonError('ZeroDivisionError', 'integer division or modulo by zero');
      const remainder = left % right;
      const isBelow = remainder !== 0 && remainder < 0 !== right < 0;
      if (operator === '%') return (isBelow ? remainder + right : remainder) + 0;
      return (left - remainder) / right - (isBelow ? 1 : 0) + 0;
    }
    default:
      return undefined;
  }
}

function floatArithmetic(operator: Operator, left: number, right: number): Value {
  const isZero = right === 0;
  switch (operator) {
    case '+':
      return new Float(left + right);
    case '-':
      return new Float(left - right);
    case '*':
      return new Float(left * right);
    case '/':
      if (isZero) throw new PythonError('ZeroDivisionError', 'float division by zero');
      return new Float(left / right);
    case '**': {
      if (left === 0 && right < 0)
        throw new PythonError('ZeroDivisionError', '0.0 cannot be raised to a negative power');
      const power = left ** right;
      if (Number.isNaN(power) && left < 0)
        throw new UnsupportedError('**: expected a real number, got a complex one');
      if (!Number.isFinite(power) && Number.isFinite(left) && Number.isFinite(right)) {
        throw new PythonError('OverflowError', "(34, 'Numerical result out of range')");
      }
      return new Float(power);
    }
    default: {
      if (isZero)
        throw new PythonError(
          'ZeroDivisionError',
          operator === '%' ? 'float modulo' : 'float floor division by zero',
        );
      let remainder = left % right;
      if (remainder !== 0 && remainder < 0 !== right < 0) remainder += right;
      if (remainder === 0) remainder = right < 0 ? -0 : 0;
      if (operator === '%') return new Float(remainder);
      const quotient = (left - remainder) / right;
      return new Float(Math.floor(quotient) + (quotient - Math.floor(quotient) > 0.5 ? 1 : 0));
    }
  }
}

export function negate(value: Value): Value {
  if (value instanceof Undefined) return value.fail();
  if (value instanceof Float) return new Float(-value.value);
  if (typeof value === 'bigint') return integer(-value);
  if (typeof value === 'number' || typeof value === 'boolean') return 0 - Number(value);
  throw new PythonError('TypeError', `bad operand type for unary -: '${typeName(value)}'`);
}

export function positive(value: Value): Value {
  if (value instanceof Undefined) return value.fail();
  if (typeof value === 'boolean') return Number(value);
  if (isNumber(value)) return value;
  throw new PythonError('TypeError', `bad operand type for unary +: '${typeName(value)}'`);
}
