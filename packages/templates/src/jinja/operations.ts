/** Python's operators on values. */
import { arithmetic, type PythonNumber } from './arithmetic.js';
import type { Budget } from './budget.js';
import { formatPercent } from './format-percent.js';
import { itemsOf, useUp } from './iterate.js';
import { escapeHtml } from './markup.js';
import { PythonError, UnsupportedError } from './python-error.js';
import type { Comparison, Operator } from './syntax.js';
import { concatAll, isMarkup, pieceCount, stringOf, type Text } from './text.js';
import {
  Dict,
  type DictKey,
  dictKey,
  Float,
  isInteger,
  isNumber,
  isText,
  Loop,
  Sequence,
  typeName,
  Undefined,
  type Value,
} from './values.js';

/** Python's `==`: by value, deep; numbers and booleans as numbers, nothing else across types. */
export function areEqual(left: Value, right: Value, budget: Budget, depth = 0): boolean {
  budget.work(1);
  if (depth > 500)
    throw new PythonError('RecursionError', 'expected lists that end, got one too deep to compare');
  if (left instanceof Undefined || right instanceof Undefined) {
    return left instanceof Undefined && right instanceof Undefined;
  }
  // Comparing two long strings takes its time, and so it is paid for.
  if (typeof left !== 'string' && left === right) return true;
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
    if (left.kind !== right.kind || left.items.length !== right.items.length) return false;
    if (left.kind === 'iterator' || left.kind === 'dict_values') return false;
    if (left.kind === 'dict_keys' || left.kind === 'dict_items') {
      // They are sets.
      budget.items(right.items.length);
      const keyOf = (item: Value): DictKey =>
        dictKey(left.kind === 'dict_items' ? (item as Sequence).items[0]! : item, budget);
      const entries = new Map(right.items.map((item) => [keyOf(item), item]));
      return left.items.every((item) => {
        const other = entries.get(keyOf(item));
        return other !== undefined && areEqual(item, other, budget, depth + 1);
      });
    }
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

function plain(value: PythonNumber): number | bigint {
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
  for (const value of [left, right]) {
    if (value instanceof Undefined) value.fail();
    if (value instanceof Sequence && value.kind.startsWith('dict_'))
      throw new UnsupportedError(`${operator}: expected numbers, texts or lists, got ${value.kind}`);
  }
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
  if (container instanceof Dict) return container.entries.has(dictKey(item, budget));
  if (container instanceof Sequence) {
    const at = container.items.findIndex((other) => areEqual(item, other, budget));
    if (container.kind === 'iterator') useUp(container, at < 0 ? container.items.length : at + 1, budget);
    return at >= 0;
  }
  if (container instanceof Undefined) return false;
  if (container instanceof Loop) itemsOf(container, budget);
  throw new PythonError('TypeError', `argument of type '${typeName(container)}' is not iterable`);
}

export function operate(operator: Operator, left: Value, right: Value, budget: Budget): Value {
  if (left instanceof Undefined) return left.fail();
  if (right instanceof Undefined && !(operator === '%' && isText(left))) return right.fail();
  if (isNumber(left) && isNumber(right)) return arithmetic(operator, left, right, budget);
  switch (operator) {
    case '+':
      if (isText(left) && isText(right)) return addTexts([left, right], budget);
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
  if (operator === '-' && [left, right].some(isSetOfDict))
    throw new UnsupportedError(
      `-: expected numbers, got ${[left, right].filter(isSetOfDict).map(typeName)[0]}, which would give a set`,
    );
  throw new PythonError('TypeError', operandsMessage(operator, left, right));
}

const isSetOfDict = (value: Value): boolean =>
  value instanceof Sequence && (value.kind === 'dict_keys' || value.kind === 'dict_items');

function operandsMessage(operator: Operator, left: Value, right: Value): string {
  if (operator === '+' && isText(left)) {
    return `can only concatenate str (not "${typeName(right)}") to str; does the template take such content?`;
  }
  return `unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`;
}

const isRepeatable = (value: Value): value is string | Text | Sequence =>
  isText(value) || (value instanceof Sequence && (value.kind === 'list' || value.kind === 'tuple'));

/** One after the other; markup escapes what is added to it. */
export function addTexts(texts: readonly (string | Text)[], budget: Budget): string | Text {
  if (texts.length === 1) return texts[0]!;
  let length = 0;
  let pieces = 0;
  for (const text of texts) {
    length += stringOf(text).length;
    pieces += pieceCount(text);
  }
  budget.text(length);
  budget.pieces(pieces);
  return texts.some(isMarkup)
    ? concatAll(
        texts.map((text) => escapeHtml(text, budget)),
        true,
      )
    : concatAll(texts);
}

function repeat(value: string | Text | Sequence, given: number, budget: Budget): Value {
  const isEmpty = value instanceof Sequence ? value.items.length === 0 : stringOf(value) === '';
  const count = isEmpty ? 0 : Math.max(0, given);
  if (value instanceof Sequence) {
    budget.items(value.items.length * count);
    return new Sequence(Array.from({ length: count }, () => value.items).flat(), value.kind);
  }
  budget.text(stringOf(value).length * count);
  if (typeof value === 'string') return value.repeat(count);
  budget.pieces(pieceCount(value) * count);
  const parts = Array.from({ length: count }, () => value);
  return concatAll(parts, value.isMarkup);
}
