/** Jinja's tests: what may stand behind `is`. */
import { bind } from './arguments.js';
import type { Test } from './evaluator.js';
import { filters } from './filters.js';
import { isLower, isUpper } from './letter-case.js';
import { Macro } from './macro.js';
import { areEqual, compare, isIn, operate } from './operations.js';
import { UnsupportedError } from './python-error.js';
import type { Comparison } from './syntax.js';
import { isMarkup, stringOf, Text } from './text.js';
import { toText } from './to-text.js';
import {
  Callable,
  Dict,
  dictKey,
  Float,
  isInteger,
  isNumber,
  isText,
  Loop,
  Sequence,
  Undefined,
  type Value,
} from './values.js';

const simple =
  (name: string, test: (value: Value) => boolean): Test =>
  (value, given) => {
    bind(name, given, []);
    return test(value);
  };

const comparing =
  (name: string, operator: Comparison): Test =>
  (value, given, { budget }) =>
    compare(operator, value, bind(name, given, ['other'], 1)[0]!, budget);

const ofText =
  (name: string, test: (text: string) => boolean): Test =>
  (value, given, { budget }) => {
    bind(name, given, []);
    const text = stringOf(toText(value, budget));
    budget.characters(4 * text.length);
    return test(text);
  };

const ofParity =
  (name: string, remainder: number): Test =>
  (value, given, { budget }) => {
    bind(name, given, []);
    return areEqual(operate('%', value, 2, budget), remainder, budget);
  };

/** Whether a filter or a test has this name; a value that could not be a key is refused. */
const ofName =
  (name: string, table: () => ReadonlyMap<string, unknown>): Test =>
  (value, given, { budget }) => {
    bind(name, given, []);
    const key = dictKey(value, budget);
    return isText(value) && table().has(String(key));
  };

const isIterable = (value: Value): boolean =>
  isText(value) ||
  value instanceof Sequence ||
  value instanceof Dict ||
  value instanceof Loop ||
  value instanceof Undefined;

/** One object, where Python could tell: texts and numbers of one value are not always one. */
function isSame(value: Value, other: Value): boolean {
  if (value === other) {
    if (typeof value === 'string' && value.length > 1)
      throw new UnsupportedError('sameas: expected true, false, none or a list, got texts');
    return true;
  }
  if (
    (value instanceof Text || other instanceof Text) &&
    isText(value) &&
    isText(other) &&
    stringOf(value) === stringOf(other)
  ) {
    throw new UnsupportedError('sameas: expected true, false, none or a list, got texts');
  }
  return false;
}

const table: Readonly<Record<string, Test>> = {
  defined: simple('defined', (value) => !(value instanceof Undefined)),
  undefined: simple('undefined', (value) => value instanceof Undefined),
  none: simple('none', (value) => value === null),
  boolean: simple('boolean', (value) => typeof value === 'boolean'),
  true: simple('true', (value) => value === true),
  false: simple('false', (value) => value === false),
  integer: simple('integer', isInteger),
  float: simple('float', (value) => value instanceof Float),
  number: simple('number', isNumber),
  string: simple('string', isText),
  mapping: simple('mapping', (value) => value instanceof Dict),
  sequence: simple(
    'sequence',
    (value) =>
      isText(value) ||
      value instanceof Dict ||
      value instanceof Undefined ||
      (value instanceof Sequence && ['list', 'tuple', 'range'].includes(value.kind)),
  ),
  iterable: simple('iterable', isIterable),
  callable: simple(
    'callable',
    (value) =>
      value instanceof Macro ||
      (value instanceof Callable && value.kind !== 'Cycler' && value.kind !== 'TemplateReference') ||
      value instanceof Loop ||
      value instanceof Undefined,
  ),
  escaped: simple('escaped', (value) => isText(value) && isMarkup(value)),
  lower: ofText('lower', isLower),
  upper: ofText('upper', isUpper),
  odd: ofParity('odd', 1),
  even: ofParity('even', 0),
  divisibleby: (value, given, { budget }) =>
    areEqual(operate('%', value, bind('divisibleby', given, ['num'], 1)[0]!, budget), 0, budget),
  sameas: (value, given) => isSame(value, bind('sameas', given, ['other'], 1)[0]!),
  in: (value, given, { budget }) => isIn(value, bind('in', given, ['seq'], 1)[0]!, budget),
  filter: ofName('filter', () => filters),
  test: ofName('test', () => tests),
};

const comparisons: readonly (readonly [Comparison, ...string[]])[] = [
  ['==', 'eq', 'equalto'],
  ['!=', 'ne'],
  ['<', 'lt', 'lessthan'],
  ['<=', 'le'],
  ['>', 'gt', 'greaterthan'],
  ['>=', 'ge'],
];

export const tests: ReadonlyMap<string, Test> = new Map<string, Test>([
  ...Object.entries(table),
  ...comparisons.flatMap((names) => names.map((name): [string, Test] => [name, comparing(name, names[0])])),
]);
