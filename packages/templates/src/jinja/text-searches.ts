/** Python's methods that search in texts, and those that ask of what kind their characters are. */
import { bindPositional, integerArgument, stringArgument } from './arguments.js';
import type { Budget } from './budget.js';
import { ALPHABETIC, ALPHANUMERIC, DECIMAL, DIGIT, IDENTIFIER, NUMERIC } from './character-kind.js';
import { indexAt, lengthOf, offsetAt, sliceIndices } from './iterate.js';
import { isLower, isTitle, isUpper } from './letter-case.js';
import { PythonError } from './python-error.js';
import { stringOf, type Text } from './text.js';
import type { TextMethod } from './text-methods.js';
import { Sequence, type Value } from './values.js';
import { isSpace } from './whitespace.js';

/** Where a search looks: UTF-16 offsets of the code points that were given. */
function searched(
  name: string,
  self: string | Text,
  bounds: readonly (Value | undefined)[],
  budget: Budget,
): readonly [number, number] | undefined {
  const value = stringOf(self);
  const length = lengthOf(value, budget);
  const [start, end] = bounds.map((bound) =>
    bound === undefined || bound === null ? undefined : integerArgument(name, bound),
  );
  if (start !== undefined && start > length) return undefined;
  const [from, to] = sliceIndices(start, end, 1, length);
  // Nothing, not even the empty text, is between bounds that cross.
  return from > to ? undefined : [offsetAt(value, from), offsetAt(value, to)];
}

const find =
  (name: string, fromRight: boolean, raises: boolean): TextMethod =>
  (self, given, budget) => {
    const [wanted, ...bounds] = bindPositional(name, given, ['sub', 'start', 'end'], 1);
    const text = stringArgument(name, wanted);
    const range = searched(name, self, bounds, budget);
    const value = stringOf(self);
    if (range) {
      const within = value.slice(range[0], range[1]);
      const at = fromRight ? within.lastIndexOf(text) : within.indexOf(text);
      if (at >= 0) return indexAt(value, range[0] + at);
    }
    if (raises) throw new PythonError('ValueError', 'substring not found');
    return -1;
  };

const affix =
  (name: string, atEnd: boolean): TextMethod =>
  (self, given, budget) => {
    const [wanted, ...bounds] = bindPositional(name, given, ['prefix', 'start', 'end'], 1);
    const range = searched(name, self, bounds, budget);
    const options = wanted instanceof Sequence && wanted.kind === 'tuple' ? wanted.items : [wanted];
    const texts = options.map((option) => stringArgument(name, option));
    if (!range) return false;
    budget.work(texts.length);
    budget.characters(texts.reduce((sum, { length }) => sum + length, 0));
    const within = stringOf(self).slice(range[0], range[1]);
    return texts.some((text) => (atEnd ? within.endsWith(text) : within.startsWith(text)));
  };

const asks =
  (name: string, test: (text: string) => boolean): TextMethod =>
  (self, given, budget) => {
    bindPositional(name, given, []);
    budget.work(Math.ceil(stringOf(self).length / 4));
    return test(stringOf(self));
  };
const matches =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text);

export const textSearches: Readonly<Record<string, TextMethod>> = {
  find: find('find', false, false),
  rfind: find('rfind', true, false),
  index: find('index', false, true),
  rindex: find('rindex', true, true),
  startswith: affix('startswith', false),
  endswith: affix('endswith', true),
  count(self, given, budget) {
    const [wanted, ...bounds] = bindPositional('count', given, ['sub', 'start', 'end'], 1);
    const text = stringArgument('count', wanted);
    const range = searched('count', self, bounds, budget);
    if (!range) return 0;
    const within = stringOf(self).slice(range[0], range[1]);
    if (text === '') return lengthOf(within, budget) + 1;
    budget.items(within.length / text.length);
    return within.split(text).length - 1;
  },
  isalpha: asks('isalpha', matches(ALPHABETIC)),
  isalnum: asks('isalnum', matches(ALPHANUMERIC)),
  isdigit: asks('isdigit', matches(DIGIT)),
  isdecimal: asks('isdecimal', matches(DECIMAL)),
  isnumeric: asks('isnumeric', matches(NUMERIC)),
  isascii: asks('isascii', (text) => !/[\u0080-\uffff]/.test(text)),
  isidentifier: asks('isidentifier', matches(IDENTIFIER)),
  isprintable: asks('isprintable', (text) => !/(?! )[\p{C}\p{Z}]/u.test(text)),
  isspace: asks('isspace', (text) => text !== '' && [...text].every(isSpace)),
  islower: asks('islower', isLower),
  isupper: asks('isupper', isUpper),
  istitle: asks('istitle', isTitle),
};
