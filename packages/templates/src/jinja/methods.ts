/** Python's methods of texts, lists, dicts and numbers, by name. */
import { bindPositional } from './arguments.js';
import { getAttribute, getItem, type Method, type Methods } from './attributes.js';
import type { Budget } from './budget.js';
import { dictMethods, listMethods, sequenceMethods } from './collection-methods.js';
import { type FieldValues, formatFields } from './format-fields.js';
import { stripTags, unescapeHtml } from './html.js';
import { escapeHtml } from './markup.js';
import { floatMethods, integerMethods } from './number-methods.js';
import { PythonError } from './python-error.js';
import { isMarkup } from './text.js';
import { type TextMethod, textMethods } from './text-methods.js';
import { textSearches } from './text-searches.js';
import { toText } from './to-text.js';
import { type Arguments, Dict, Float, isNumber, isText, Sequence, typeName, type Value } from './values.js';

const formats: Readonly<Record<string, TextMethod>> = {
  format: (self, { positional, named }, budget) =>
    formatFields(
      self,
      fieldValues(positional, (name) => named.get(name), budget),
      budget,
    ),
  format_map(self, given, budget) {
    const mapping = bindPositional('format_map', given, ['mapping'], 1)[0]!;
    const named = (name: string): Value | undefined => {
      if (mapping instanceof Dict) return mapping.get(name);
      throw new PythonError('TypeError', `'${typeName(mapping)}' object is not a mapping`);
    };
    return formatFields(self, fieldValues([], named, budget), budget);
  },
};

function fieldValues(positional: readonly Value[], named: FieldValues['named'], budget: Budget): FieldValues {
  return {
    positional,
    named,
    attribute: (value, name) => getAttribute(value, name, methods, budget),
    item: (value, key) => getItem(value, key, methods, budget),
  };
}

const allTextMethods = { ...textMethods, ...textSearches, ...formats };

const markupMethods: Readonly<Record<string, TextMethod>> = {
  striptags(self, given, budget) {
    bindPositional('striptags', given, []);
    return stripTags(self, budget);
  },
  unescape(self, given, budget) {
    bindPositional('unescape', given, []);
    return unescapeHtml(self, budget);
  },
  escape: (_, given: Arguments, budget) =>
    escapeHtml(toText(bindPositional('escape', given, ['s'], 1)[0]!, budget), budget),
};

export const methods: Methods = {
  find(self, name) {
    if (isText(self))
      return named(allTextMethods, name) ?? (isMarkup(self) ? named(markupMethods, name) : undefined);
    if (self instanceof Dict) return named(dictMethods, name);
    if (isNumber(self)) return named(self instanceof Float ? floatMethods : integerMethods, name);
    if (!(self instanceof Sequence)) return undefined;
    if (self.kind === 'list') return named(listMethods, name);
    return self.kind === 'tuple' || self.kind === 'range' ? named(sequenceMethods, name) : undefined;
  },
};

function named<M>(table: Readonly<Record<string, M>>, name: string): Method | undefined {
  return Object.hasOwn(table, name) ? (table[name] as Method) : undefined;
}
