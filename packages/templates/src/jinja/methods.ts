/** Python's methods of texts, lists, dicts and numbers. */
import { bind, integerArgument, stringArgument, textArgument, truthArgument } from './arguments.js';
import type { Method, Methods } from './attributes.js';
import type { Budget } from './budget.js';
import { formatFields } from './format-fields.js';
import { indexAt, itemsOf, lengthOf, offsetAt, sliceRange } from './iterate.js';
import { capitalize, caseFold, isLower, isTitle, isUpper, swapCase, titleOfMethod } from './letter-case.js';
import { escapeHtml } from './markup.js';
import { areEqual } from './operations.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { replaceText } from './replace.js';
import { splitLines, splitText } from './split.js';
import { changed, concatAll, isMarkup, slice, stringOf, type Text } from './text.js';
import {
  Dict,
  dictKey,
  Float,
  isInteger,
  isText,
  otherwise,
  Sequence,
  typeName,
  type Value,
} from './values.js';
import { isSpace, strippedRange } from './whitespace.js';

type TextMethod = (self: string | Text, given: Parameters<Method>[1], budget: Budget) => Value;

const list = (items: readonly Value[]): Sequence => new Sequence(items);
const none = (value: Value | undefined): Value | undefined => (value === null ? undefined : value);

/** Markup escapes what is put into it. */
const like = (self: string | Text, text: string | Text, budget: Budget): string | Text =>
  isMarkup(self) ? escapeHtml(text, budget) : text;

const strip =
  (name: string, side: 'both' | 'left' | 'right'): TextMethod =>
  (self, given, budget) => {
    const [characters] = bind(name, given, ['chars']);
    const value = stringOf(self);
    budget.characters(value.length);
    const [start, end] = strippedRange(
      value,
      side,
      none(characters) === undefined ? undefined : stringArgument(name, characters),
    );
    return slice(self, start, end);
  };

const split =
  (name: string, fromRight: boolean): TextMethod =>
  (self, given, budget) => {
    const [separator, most] = bind(name, given, ['sep', 'maxsplit']);
    const at = none(separator) === undefined ? undefined : stringArgument(name, separator);
    return list(splitText(self, at, integerArgument(name, most, -1), fromRight, budget));
  };

/** Where a search looks: UTF-16 offsets of the code points that were given. */
function searched(
  name: string,
  self: string | Text,
  [start, end]: readonly (Value | undefined)[],
  budget: Budget,
): readonly [number, number] | undefined {
  const value = stringOf(self);
  const length = lengthOf(value, budget);
  const bound = (given: Value | undefined): number | undefined =>
    none(given) === undefined ? undefined : integerArgument(name, given);
  const first = bound(start);
  if (first !== undefined && first > length) return undefined;
  const [from, to] = sliceRange(first, bound(end), length);
  return [offsetAt(value, from), offsetAt(value, to)];
}

const find =
  (name: string, fromRight: boolean, raises: boolean): TextMethod =>
  (self, given, budget) => {
    const [wanted, ...bounds] = bind(name, given, ['sub', 'start', 'end'], 1);
    const text = stringArgument(name, wanted);
    const range = searched(name, self, bounds, budget);
    const value = stringOf(self);
    let at = -1;
    if (range) {
      const within = value.slice(range[0], range[1]);
      at = fromRight ? within.lastIndexOf(text) : within.indexOf(text);
      if (at >= 0) return indexAt(value, range[0] + at);
    }
    if (raises) throw new PythonError('ValueError', 'substring not found');
    return at;
  };

const affix =
  (name: string, atEnd: boolean): TextMethod =>
  (self, given, budget) => {
    const [wanted, ...bounds] = bind(name, given, ['prefix', 'start', 'end'], 1);
    const range = searched(name, self, bounds, budget);
    const options = wanted instanceof Sequence && wanted.kind === 'tuple' ? wanted.items : [wanted];
    const texts = options.map((option) => stringArgument(name, option));
    if (!range) return false;
    const within = stringOf(self).slice(range[0], range[1]);
    return texts.some((text) => (atEnd ? within.endsWith(text) : within.startsWith(text)));
  };

const partition =
  (name: string, fromRight: boolean): TextMethod =>
  (self, given, budget) => {
    const separator = stringArgument(name, bind(name, given, ['sep'], 1)[0]);
    if (separator === '') throw new PythonError('ValueError', 'empty separator');
    const value = stringOf(self);
    budget.characters(value.length);
    const at = fromRight ? value.lastIndexOf(separator) : value.indexOf(separator);
    const whole = slice(self, 0, value.length);
    if (at < 0) return new Sequence(fromRight ? ['', '', whole] : [whole, '', ''], 'tuple');
    const end = at + separator.length;
    return new Sequence([slice(self, 0, at), slice(self, at, end), slice(self, end, value.length)], 'tuple');
  };

const change =
  (name: string, make: (text: string) => string): TextMethod =>
  (self, given, budget) => {
    bind(name, given, []);
    budget.characters(4 * stringOf(self).length);
    return changed(self, make(stringOf(self)));
  };

/** Padding left and right, each so many characters wide. */
const pad =
  (name: string, widths: (missing: number, width: number) => readonly [number, number]): TextMethod =>
  (self, given, budget) => {
    const [wanted, fill] = bind(name, given, ['width', 'fillchar'], 1);
    const width = integerArgument(name, wanted);
    const character = fill === undefined ? ' ' : stringArgument(name, fill);
    if ([...character].length !== 1)
      throw new PythonError('TypeError', 'The fill character must be exactly one character long');
    const missing = width - lengthOf(stringOf(self), budget);
    if (missing <= 0) return self;
    budget.text(width);
    budget.characters(width);
    const [left, right] = widths(missing, width);
    return concatAll([character.repeat(left), self, character.repeat(right)], isMarkup(self));
  };

const asks =
  (name: string, test: (text: string) => boolean): TextMethod =>
  (self, given, budget) => {
    bind(name, given, []);
    budget.characters(stringOf(self).length);
    return test(stringOf(self));
  };
const all =
  (pattern: RegExp) =>
  (text: string): boolean =>
    text !== '' && pattern.test(text);

const textMethods: Readonly<Record<string, TextMethod>> = {
  strip: strip('strip', 'both'),
  lstrip: strip('lstrip', 'left'),
  rstrip: strip('rstrip', 'right'),
  split: split('split', false),
  rsplit: split('rsplit', true),
  find: find('find', false, false),
  rfind: find('rfind', true, false),
  index: find('index', false, true),
  rindex: find('rindex', true, true),
  startswith: affix('startswith', false),
  endswith: affix('endswith', true),
  partition: partition('partition', false),
  rpartition: partition('rpartition', true),
  upper: change('upper', (text) => text.toUpperCase()),
  lower: change('lower', (text) => text.toLowerCase()),
  title: change('title', titleOfMethod),
  capitalize: change('capitalize', capitalize),
  swapcase: change('swapcase', swapCase),
  casefold: change('casefold', caseFold),
  center: pad('center', (missing, width) => {
    const left = Math.floor(missing / 2) + (missing & width & 1);
    return [left, missing - left];
  }),
  ljust: pad('ljust', (missing) => [0, missing]),
  rjust: pad('rjust', (missing) => [missing, 0]),
  isalpha: asks('isalpha', all(/^\p{L}+$/u)),
  isalnum: asks('isalnum', all(/^[\p{L}\p{N}]+$/u)),
  isdigit: asks('isdigit', all(/^[\p{Nd}²³¹⁰⁴-⁹₀-₉]+$/u)),
  isdecimal: asks('isdecimal', all(/^\p{Nd}+$/u)),
  isnumeric: asks('isnumeric', all(/^\p{N}+$/u)),
  isascii: asks('isascii', (text) => !/[^\0-\x7f]/.test(text)),
  isidentifier: asks('isidentifier', all(/^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u)),
  isprintable: asks('isprintable', (text) => !/(?! )[\p{C}\p{Z}]/u.test(text)),
  isspace: asks('isspace', (text) => text !== '' && [...text].every(isSpace)),
  islower: asks('islower', isLower),
  isupper: asks('isupper', isUpper),
  istitle: asks('istitle', isTitle),
  splitlines(self, given, budget) {
    return list(splitLines(self, truthArgument(bind('splitlines', given, ['keepends'])[0]), budget));
  },
  replace(self, given, budget) {
    const [old, put, most] = bind('replace', given, ['old', 'new', 'count'], 2);
    const wanted = like(self, textArgument('replace', old), budget);
    return replaceText(
      self,
      stringOf(wanted),
      like(self, textArgument('replace', put), budget),
      integerArgument('replace', most, -1),
      budget,
    );
  },
  join(self, given, budget) {
    const [items] = bind('join', given, ['iterable'], 1);
    return joinTexts(self, itemsOf(items!, budget), budget);
  },
  count(self, given, budget) {
    const [wanted, ...bounds] = bind('count', given, ['sub', 'start', 'end'], 1);
    const text = stringArgument('count', wanted);
    const range = searched('count', self, bounds, budget);
    if (!range) return 0;
    const within = stringOf(self).slice(range[0], range[1]);
    return text === '' ? lengthOf(within, budget) + 1 : within.split(text).length - 1;
  },
  removeprefix(self, given) {
    const prefix = stringArgument('removeprefix', bind('removeprefix', given, ['prefix'], 1)[0]);
    const { length } = stringOf(self);
    return stringOf(self).startsWith(prefix) ? slice(self, prefix.length, length) : self;
  },
  removesuffix(self, given) {
    const suffix = stringArgument('removesuffix', bind('removesuffix', given, ['suffix'], 1)[0]);
    const value = stringOf(self);
    return suffix !== '' && value.endsWith(suffix) ? slice(self, 0, value.length - suffix.length) : self;
  },
  zfill(self, given, budget) {
    const width = integerArgument('zfill', bind('zfill', given, ['width'], 1)[0]);
    const value = stringOf(self);
    const missing = width - lengthOf(value, budget);
    if (missing <= 0) return self;
    budget.text(width);
    budget.characters(width);
    const sign = /^[-+]/.test(value) ? 1 : 0;
    return concatAll(
      [slice(self, 0, sign), '0'.repeat(missing), slice(self, sign, value.length)],
      isMarkup(self),
    );
  },
  expandtabs(self, given, budget) {
    const size = integerArgument('expandtabs', bind('expandtabs', given, ['tabsize'])[0], 8);
    const value = stringOf(self);
    budget.characters(value.length);
    const parts: (string | Text)[] = [];
    let column = 0;
    let from = 0;
    for (let at = 0; at < value.length; at += 1) {
      if (value[at] === '\n' || value[at] === '\r') column = 0;
      else if (value[at] !== '\t') column += 1;
      else {
        const width = size > 0 ? size - (column % size) : 0;
        parts.push(slice(self, from, at), ' '.repeat(width));
        from = at + 1;
        column += width;
      }
    }
    parts.push(slice(self, from, value.length));
    const expanded = concatAll(parts, isMarkup(self));
    budget.text(stringOf(expanded).length);
    return expanded;
  },
  format: (self, given, budget) => formatFields(self, given, budget),
  format_map(self, { positional }, budget) {
    const [map] = positional;
    if (!(map instanceof Dict) || positional.length !== 1)
      throw new PythonError('TypeError', 'format_map() expects a mapping');
    const named = Array.from(
      map.entries.values(),
      ([key, value]) => [isText(key) ? stringOf(key) : '', value] as const,
    );
    return formatFields(self, { positional: [], named: new Map(named) }, budget);
  },
  encode() {
    throw new UnsupportedError('encode: expected text, got a method that gives bytes');
  },
  translate() {
    throw new UnsupportedError('translate: expected replace in its place');
  },
};

/** What lies between the texts is `separator`. @throws {PythonError} on what is no text */
export function joinTexts(separator: string | Text, items: readonly Value[], budget: Budget): string | Text {
  const parts: (string | Text)[] = [];
  let length = 0;
  items.forEach((item, index) => {
    if (!isText(item))
      throw new PythonError(
        'TypeError',
        `sequence item ${index}: expected str instance, ${typeName(item)} found`,
      );
    if (index > 0) parts.push(separator);
    parts.push(isMarkup(separator) ? escapeHtml(item, budget) : item);
    length += stringOf(item).length + stringOf(separator).length;
  });
  budget.text(length);
  budget.characters(length);
  budget.work(items.length);
  const joined = concatAll(parts, isMarkup(separator));
  return typeof joined !== 'string' && joined.isMarkup && !isMarkup(separator)
    ? concatAll([stringOf(joined)])
    : joined;
}

const listMethods: Readonly<
  Record<string, (self: Sequence, given: Parameters<Method>[1], budget: Budget) => Value>
> = {
  count(self, given, budget) {
    const [value] = bind('count', given, ['value'], 1);
    return self.items.filter((item) => areEqual(item, value!, budget)).length;
  },
  index(self, given, budget) {
    const [value, start, end] = bind('index', given, ['value', 'start', 'stop'], 1);
    const [from, to] = sliceRange(
      start === undefined ? undefined : integerArgument('index', start),
      end === undefined ? undefined : integerArgument('index', end),
      self.items.length,
    );
    const at = self.items.findIndex(
      (item, index) => index >= from && index < to && areEqual(item, value!, budget),
    );
    if (at < 0) throw new PythonError('ValueError', `value is not in the ${self.kind}`);
    return at;
  },
};

const dictMethods: Readonly<
  Record<string, (self: Dict, given: Parameters<Method>[1], budget: Budget) => Value>
> = {
  get(self, given) {
    const [key, fallback] = bind('get', given, ['key', 'default'], 1);
    return otherwise(self.get(dictKey(key!)), () => otherwise(fallback, () => null));
  },
  keys(self, given, budget) {
    bind('keys', given, []);
    return new Sequence(itemsOf(self, budget), 'dict_keys');
  },
  values(self, given, budget) {
    bind('values', given, []);
    budget.items(self.entries.size);
    return new Sequence(
      Array.from(self.entries.values(), ([, value]) => value),
      'dict_values',
    );
  },
  items(self, given, budget) {
    bind('items', given, []);
    return entriesOf(self, budget, 'dict_items');
  },
  copy(self, given) {
    bind('copy', given, []);
    return new Dict(new Map(self.entries));
  },
};

/** Key and value of each entry, as tuples. */
export function entriesOf({ entries }: Dict, budget: Budget, kind: Sequence['kind'] = 'list'): Sequence {
  budget.items(entries.size);
  return new Sequence(
    Array.from(entries.values(), (entry) => new Sequence(entry, 'tuple')),
    kind,
  );
}

const numberMethods: Readonly<Record<string, Method>> = {
  is_integer: (self) => (self instanceof Float ? Number.isInteger(self.value) : true),
  bit_length(self) {
    if (self instanceof Float)
      throw new PythonError('AttributeError', "'float' object has no attribute 'bit_length'");
    const whole = BigInt(self as number | bigint | boolean);
    return whole === 0n ? 0 : (whole < 0n ? -whole : whole).toString(2).length;
  },
};

export const methods: Methods = {
  find(self, name) {
    const table = isText(self)
      ? textMethods
      : self instanceof Dict
        ? dictMethods
        : self instanceof Sequence && ['list', 'tuple', 'range'].includes(self.kind)
          ? listMethods
          : self instanceof Float || isInteger(self) || typeof self === 'boolean'
            ? numberMethods
            : undefined;
    if (table === undefined || !Object.hasOwn(table, name)) {
      return self instanceof Sequence && self.kind === 'list' && name === 'copy'
        ? (of) => list((of as Sequence).items)
        : undefined;
    }
    if (self instanceof Float && name === 'bit_length') return undefined;
    return table[name] as Method;
  },
};
