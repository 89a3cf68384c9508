/** Python's methods of texts that cut, change, pad and search them. */
import { bind, bindPositional, integerArgument, stringArgument, textArgument } from './arguments.js';
import type { Budget } from './budget.js';
import { itemsOf, lengthOf } from './iterate.js';
import { joinTexts } from './join-texts.js';
import { capitalize, caseFold, lengthOfLook, swapCase, titleOfMethod } from './letter-case.js';
import { escapeHtml } from './markup.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { replaceText } from './replace.js';
import { stripText } from './slicing.js';
import { splitLines, splitText } from './split.js';
import { changed, concatAll, isMarkup, slice, slicer, stringOf, type Text } from './text.js';
import { type Arguments, Sequence, type Value } from './values.js';

export type TextMethod = (self: string | Text, given: Arguments, budget: Budget) => Value;

const orNothing = (value: Value | undefined): Value | undefined => (value === null ? undefined : value);

const strip =
  (name: string, side: 'both' | 'left' | 'right'): TextMethod =>
  (self, given, budget) => {
    const characters = orNothing(bindPositional(name, given, ['chars'])[0]);
    const set = characters === undefined ? undefined : stringArgument(name, characters);
    return stripText(self, side, set, budget);
  };

const split =
  (name: string, fromRight: boolean): TextMethod =>
  (self, given, budget) => {
    const [separator, most] = bind(name, given, ['sep', 'maxsplit']);
    const at = orNothing(separator) === undefined ? undefined : stringArgument(name, separator);
    return new Sequence(splitText(self, at, integerArgument(name, most, -1), fromRight, budget));
  };

const partition =
  (name: string, fromRight: boolean): TextMethod =>
  (self, given, budget) => {
    const separator = stringArgument(name, bindPositional(name, given, ['sep'], 1)[0]);
    if (separator === '') throw new PythonError('ValueError', 'empty separator');
    const value = stringOf(self);
    budget.characters(value.length);
    const at = fromRight ? value.lastIndexOf(separator) : value.indexOf(separator);
    const none = slice(self, 0, 0);
    if (at < 0) return new Sequence(fromRight ? [none, none, self] : [self, none, none], 'tuple');
    const end = at + separator.length;
    const cut = slicer(self);
    return new Sequence([cut(0, at), cut(at, end), cut(end, value.length)], 'tuple');
  };

const change =
  (name: string, make: (text: string) => string): TextMethod =>
  (self, given, budget) => {
    bindPositional(name, given, []);
    budget.characters(4 * stringOf(self).length);
    return changed(self, make(stringOf(self)));
  };

/** As `change`, where each character is looked at by itself. */
const changeEach =
  (name: string, make: (text: string) => string): TextMethod =>
  (self, given, budget) => {
    budget.characters(lengthOfLook(stringOf(self)));
    return change(name, make)(self, given, budget);
  };

/** Padding left and right, each so many characters wide. */
const pad =
  (name: string, widths: (missing: number, width: number) => readonly [number, number]): TextMethod =>
  (self, given, budget) => {
    const [wanted, fill = ' '] = bindPositional(name, given, ['width', 'fillchar'], 1);
    const width = integerArgument(name, wanted);
    const text = textArgument(name, fill);
    const character = stringOf(isMarkup(self) ? escapeHtml(text, budget) : text);
    if ([...character.slice(0, 4)].length !== 1)
      throw new PythonError('TypeError', 'The fill character must be exactly one character long');
    const missing = width - lengthOf(stringOf(self), budget);
    if (missing <= 0) return self;
    budget.text(width);
    budget.characters(width);
    const [left, right] = widths(missing, width);
    return concatAll([character.repeat(left), self, character.repeat(right)], isMarkup(self));
  };

const refused =
  (name: string, instead: string): TextMethod =>
  () => {
    throw new UnsupportedError(`${name}: expected ${instead}`);
  };

export const textMethods: Readonly<Record<string, TextMethod>> = {
  strip: strip('strip', 'both'),
  lstrip: strip('lstrip', 'left'),
  rstrip: strip('rstrip', 'right'),
  split: split('split', false),
  rsplit: split('rsplit', true),
  partition: partition('partition', false),
  rpartition: partition('rpartition', true),
  upper: change('upper', (text) => text.toUpperCase()),
  lower: change('lower', (text) => text.toLowerCase()),
  title: changeEach('title', titleOfMethod),
  capitalize: changeEach('capitalize', capitalize),
  swapcase: changeEach('swapcase', swapCase),
  casefold: changeEach('casefold', caseFold),
  center: pad('center', (missing, width) => {
    const left = Math.floor(missing / 2) + (missing & width & 1);
    return [left, missing - left];
  }),
  ljust: pad('ljust', (missing) => [0, missing]),
  rjust: pad('rjust', (missing) => [missing, 0]),
  splitlines(self, given, budget) {
    const [keepsEnds] = bind('splitlines', given, ['keepends']);
    return new Sequence(splitLines(self, integerArgument('splitlines', keepsEnds, 0) !== 0, budget));
  },
  replace(self, given, budget) {
    const [old, put, most] = bindPositional('replace', given, ['old', 'new', 'count'], 2);
    const text = textArgument('replace', put);
    return replaceText(
      self,
      stringArgument('replace', old),
      isMarkup(self) ? escapeHtml(text, budget) : text,
      integerArgument('replace', most, -1),
      budget,
    );
  },
  join(self, given, budget) {
    const [items] = bindPositional('join', given, ['iterable'], 1);
    return joinTexts(self, itemsOf(items!, budget), budget);
  },
  removeprefix(self, given, budget) {
    const prefix = stringArgument('removeprefix', bindPositional('removeprefix', given, ['prefix'], 1)[0]);
    const { length } = stringOf(self);
    budget.characters(length);
    return stringOf(self).startsWith(prefix) ? slice(self, prefix.length, length) : self;
  },
  removesuffix(self, given, budget) {
    const suffix = stringArgument('removesuffix', bindPositional('removesuffix', given, ['suffix'], 1)[0]);
    const value = stringOf(self);
    budget.characters(value.length);
    return value.endsWith(suffix) ? slice(self, 0, value.length - suffix.length) : self;
  },
  zfill(self, given, budget) {
    const width = integerArgument('zfill', bindPositional('zfill', given, ['width'], 1)[0]);
    const value = stringOf(self);
    const missing = width - lengthOf(value, budget);
    if (missing <= 0) return self;
    budget.text(width);
    budget.characters(width);
    const sign = /^[-+]/.test(value) ? 1 : 0;
    const cut = slicer(self);
    return concatAll([cut(0, sign), '0'.repeat(missing), cut(sign, value.length)], isMarkup(self));
  },
  expandtabs(self, given, budget) {
    const size = integerArgument('expandtabs', bind('expandtabs', given, ['tabsize'])[0], 8);
    return expandTabs(self, size, budget);
  },
  encode: refused('encode', 'text, got a method that gives bytes'),
  translate: refused('translate', 'replace in its place'),
  maketrans: refused('maketrans', 'replace in place of translate'),
};

function expandTabs(text: string | Text, size: number, budget: Budget): string | Text {
  const value = stringOf(text);
  const tabs = value.split('\t').length - 1;
  budget.characters(value.length);
  budget.items(tabs);
  budget.text(value.length + tabs * Math.max(0, size));
  budget.characters(tabs * Math.max(0, size));
  const parts: (string | Text)[] = [];
  const cut = slicer(text);
  let column = 0;
  let from = 0;
  for (let at = 0; at < value.length; at += value.codePointAt(at)! > 0xffff ? 2 : 1) {
    if (value[at] === '\n' || value[at] === '\r') column = 0;
    else if (value[at] !== '\t') column += 1;
    else {
      const width = size > 0 ? size - (column % size) : 0;
      parts.push(cut(from, at), ' '.repeat(width));
      from = at + 1;
      column += width;
    }
  }
  parts.push(cut(from, value.length));
  return concatAll(parts, isMarkup(text));
}
