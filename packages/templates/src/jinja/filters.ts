/** Jinja's filters, with the `tojson` of Hugging Face. */
import { bind, integerArgument, stringArgument, textArgument, truthArgument } from './arguments.js';
import { attributeGetter } from './attribute-getter.js';
import { getAttribute } from './attributes.js';
import { formatPercent } from './format-percent.js';
import type { Filter, Interpreter } from './interpreter.js';
import { itemsOf, lengthOf, offsetAt } from './iterate.js';
import { capitalize, titleOfFilter } from './letter-case.js';
import { listFilters } from './list-filters.js';
import { escapeHtml } from './markup.js';
import { entriesOf, joinTexts, methods } from './methods.js';
import { negate } from './operations.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { replaceText } from './replace.js';
import { roundTo, toFloat, toInteger } from './round.js';
import { splitLines } from './split.js';
import { asMarkup, changed, concatAll, isMarkup, slice, stringOf, type Text, withoutMarkup } from './text.js';
import { toJson } from './to-json.js';
import { toText } from './to-text.js';
import {
  Dict,
  Float,
  isInteger,
  isText,
  isTrue,
  Sequence,
  typeName,
  Undefined,
  type Value,
} from './values.js';
import { strippedRange } from './whitespace.js';

/** The value as text, cost what it may: filters on texts take anything. */
const soft = (value: Value, { budget }: Interpreter): string | Text => {
  const text = toText(value, budget);
  budget.characters(stringOf(text).length);
  return text;
};

const change =
  (name: string, make: (text: string) => string): Filter =>
  (value, given, interpreter) => {
    bind(name, given, []);
    const text = soft(value, interpreter);
    interpreter.budget.characters(4 * stringOf(text).length);
    return changed(text, make(stringOf(text)));
  };

const length: Filter = (value, given, { budget }) => {
  bind('length', given, []);
  if (isText(value)) return lengthOf(stringOf(value), budget);
  if (value instanceof Sequence && value.kind !== 'iterator') return value.items.length;
  if (value instanceof Dict) return value.entries.size;
  if (value instanceof Undefined && value.type === 'UndefinedError') return 0;
  throw new PythonError('TypeError', `object of type '${typeName(value)}' has no len()`);
};

const withDefault: Filter = (value, given) => {
  const [fallback = '', boolean] = bind('default', given, ['default_value', 'boolean']);
  return value instanceof Undefined || (truthArgument(boolean) && !isTrue(value)) ? fallback : value;
};

const escapeFilter: Filter = (value, given, interpreter) => {
  bind('escape', given, []);
  return escapeHtml(soft(value, interpreter), interpreter.budget);
};

const textFilters: Readonly<Record<string, Filter>> = {
  upper: change('upper', (text) => text.toUpperCase()),
  lower: change('lower', (text) => text.toLowerCase()),
  capitalize: change('capitalize', capitalize),
  title: change('title', titleOfFilter),
  escape: escapeFilter,
  e: escapeFilter,
  forceescape: (value, _, interpreter) =>
    escapeHtml(withoutMarkup(soft(value, interpreter)), interpreter.budget),
  safe: (value, _, interpreter) => asMarkup(soft(value, interpreter)),
  string: (value, _, interpreter) => soft(value, interpreter),
  trim(value, given, interpreter) {
    const [characters] = bind('trim', given, ['chars']);
    const text = soft(value, interpreter);
    const set =
      characters === undefined || characters === null ? undefined : stringArgument('trim', characters);
    return slice(text, ...strippedRange(stringOf(text), 'both', set));
  },
  replace(value, given, interpreter) {
    const [old, put, most] = bind('replace', given, ['old', 'new', 'count'], 2);
    const count = most === undefined || most === null ? -1 : integerArgument('replace', most);
    const text = withoutMarkup(soft(value, interpreter));
    return replaceText(
      text,
      stringOf(soft(old!, interpreter)),
      withoutMarkup(soft(put!, interpreter)),
      count,
      interpreter.budget,
    );
  },
  indent(value, given, { budget }) {
    const [width, first, blank] = bind('indent', given, ['width', 'first', 'blank']);
    const text = textOrFail('indent', value);
    const space =
      width !== undefined && isText(width)
        ? width
        : ' '.repeat(Math.max(0, Math.min(2 ** 24, integerArgument('indent', width, 4))));
    const lines = splitLines(concatAll([text, '\n'], isMarkup(text)), false, budget);
    budget.text(stringOf(text).length + lines.length * stringOf(space).length);
    budget.characters(lines.length * stringOf(space).length);
    const parts = lines.flatMap((line, index): (string | Text)[] => {
      const isIndented = index === 0 ? truthArgument(first) : truthArgument(blank) || stringOf(line) !== '';
      return [...(index > 0 ? ['\n'] : []), ...(isIndented ? [space] : []), line];
    });
    return concatAll(parts, isMarkup(text));
  },
  center(value, given, interpreter) {
    const [width = 80] = bind('center', given, ['width']);
    return methods.find('', 'center')!(
      soft(value, interpreter),
      { positional: [width], named: new Map() },
      interpreter.budget,
    );
  },
  format(value, given, interpreter) {
    if (given.positional.length > 0 && given.named.size > 0) {
      throw new PythonError(
        'FilterArgumentError',
        "can't handle positional and keyword arguments at the same time",
      );
    }
    const values =
      given.named.size > 0
        ? Dict.of(Object.fromEntries(given.named))
        : new Sequence(given.positional, 'tuple');
    return formatPercent(soft(value, interpreter), values, interpreter.budget);
  },
  truncate(value, given, { budget }) {
    const [most, kill, ending, lee] = bind('truncate', given, ['length', 'killwords', 'end', 'leeway']);
    const end = ending === undefined ? '...' : textArgument('truncate', ending);
    const length = integerArgument('truncate', most, 255);
    const leeway = lee === undefined || lee === null ? 5 : integerArgument('truncate', lee);
    const endLength = lengthOf(stringOf(end), budget);
    if (length < endLength)
      throw new PythonError('AssertionError', `expected length >= ${endLength}, got ${length}`);
    if (leeway < 0) throw new PythonError('AssertionError', `expected leeway >= 0, got ${leeway}`);
    const text = textOrFail('truncate', value);
    if (lengthOf(stringOf(text), budget) <= length + leeway) return text;
    const cut = slice(text, 0, offsetAt(stringOf(text), length - endLength));
    const space = truthArgument(kill) ? -1 : stringOf(cut).lastIndexOf(' ');
    return concatAll([space < 0 ? cut : slice(cut, 0, space), end], isMarkup(text));
  },
  wordcount: (value, _, interpreter) =>
    (stringOf(soft(value, interpreter)).match(/[\p{L}\p{N}_]+/gu) ?? []).length,
  striptags(value, _, interpreter) {
    const text = stringOf(soft(value, interpreter)).replace(/<!--.*?-->|<[^>]*>/gs, '');
    return unescapeHtml(
      text
        .split(/\s+/)
        .filter((word) => word !== '')
        .join(' '),
    );
  },
  urlencode(value, _, interpreter) {
    const quote = (text: Value, isQuery = false): string => {
      const encoded = encodeURIComponent(stringOf(soft(text, interpreter))).replace(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      );
      return isQuery ? encoded.replaceAll('%20', '+') : encoded.replaceAll('%2F', '/');
    };
    if (isText(value) || !(value instanceof Dict || value instanceof Sequence || value instanceof Undefined))
      return quote(value);
    const pairs =
      value instanceof Dict ? entriesOf(value, interpreter.budget).items : itemsOf(value, interpreter.budget);
    return pairs
      .map((pair) => {
        const parts = itemsOf(pair, interpreter.budget);
        if (parts.length !== 2)
          throw new PythonError('ValueError', `expected two values to unpack, got ${parts.length}`);
        return `${quote(parts[0]!, true)}=${quote(parts[1]!, true)}`;
      })
      .join('&');
  },
  xmlattr(value, given, interpreter) {
    const [space] = bind('xmlattr', given, ['autospace']);
    if (!(value instanceof Dict)) {
      if (value instanceof Undefined) return value.fail();
      throw new PythonError('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
    }
    const { budget } = interpreter;
    const parts: (string | Text)[] = [];
    for (const [key, inner] of value.entries.values()) {
      if (inner === null || inner instanceof Undefined) continue;
      const name = stringArgument('xmlattr', key);
      if (/[ \t\n\r\f\v/>=]/.test(name))
        throw new PythonError('ValueError', `Invalid character in attribute name: '${name}'`);
      if (parts.length > 0 || truthArgument(space, true)) parts.push(' ');
      parts.push(
        withoutMarkup(escapeHtml(textOrFail('xmlattr', key), budget)),
        '="',
        withoutMarkup(escapeHtml(soft(inner, interpreter), budget)),
        '"',
      );
    }
    return concatAll(parts);
  },
};

function textOrFail(name: string, value: Value): string | Text {
  if (value instanceof Undefined) return value.fail();
  return textArgument(name, value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};
function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi,
    (entity, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? entity;
      return String.fromCodePoint(Number.parseInt(decimal ?? hex!, decimal === undefined ? 16 : 10));
    },
  );
}

const numberFilters: Readonly<Record<string, Filter>> = {
  abs(value, given) {
    bind('abs', given, []);
    if (value instanceof Float) return new Float(Math.abs(value.value));
    if (value instanceof Undefined) return value.fail();
    if (typeof value === 'boolean') return Number(value);
    if (isInteger(value)) return value < 0 ? negate(value) : value;
    throw new PythonError('TypeError', `bad operand type for abs(): '${typeName(value)}'`);
  },
  int(value, given) {
    const [fallback = 0, base] = bind('int', given, ['default', 'base']);
    const whole = toInteger(value, integerArgument('int', base, 10));
    return whole === undefined ? fallback : whole;
  },
  float(value, given) {
    const [fallback = new Float(0)] = bind('float', given, ['default']);
    const number = toFloat(value);
    return number === undefined ? fallback : new Float(number);
  },
  round(value, given) {
    const [precision, method] = bind('round', given, ['precision', 'method']);
    return roundTo(
      value,
      integerArgument('round', precision, 0),
      method === undefined ? 'common' : stringArgument('round', method),
    );
  },
  filesizeformat(value, given) {
    const [binary] = bind('filesizeformat', given, ['binary']);
    const bytes = toFloat(value);
    if (bytes === undefined)
      throw new PythonError(isText(value) ? 'ValueError' : 'TypeError', 'filesizeformat: expected a number');
    const isBinary = truthArgument(binary);
    const base = isBinary ? 1024 : 1000;
    if (bytes === 1) return '1 Byte';
    if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
    const units = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
    const index = units.findIndex((_, at) => bytes < base ** (at + 2));
    const at = index < 0 ? units.length - 1 : index;
    const unit = isBinary ? `${units[at]!.toUpperCase()}iB` : `${units[at]}B`;
    return `${((base * bytes) / base ** (at + 2)).toFixed(1)} ${unit}`;
  },
};

const generalFilters: Readonly<Record<string, Filter>> = {
  length,
  count: length,
  default: withDefault,
  d: withDefault,
  attr(value, given, { budget }) {
    const [name] = bind('attr', given, ['name'], 1);
    const text = stringArgument('attr', name);
    // Items of a dict are no attributes.
    if (value instanceof Dict && !methods.find(value, text))
      return new Undefined(`'dict object' has no attribute '${text}'`);
    if (value instanceof Undefined) return value.fail();
    return getAttribute(value, text, methods, budget);
  },
  items(value, given, { budget }) {
    bind('items', given, []);
    if (value instanceof Undefined) return new Sequence([], 'iterator');
    if (!(value instanceof Dict))
      throw new PythonError('TypeError', 'Can only get item pairs from a mapping.');
    return entriesOf(value, budget, 'iterator');
  },
  join(value, given, interpreter) {
    const [separator = '', attribute] = bind('join', given, ['d', 'attribute']);
    const get = attributeGetter(attribute, interpreter);
    const texts = itemsOf(value, interpreter.budget).map((item) =>
      withoutMarkup(soft(get(item), interpreter)),
    );
    return joinTexts(withoutMarkup(soft(separator, interpreter)), texts, interpreter.budget);
  },
  tojson(value, given, { budget }) {
    const [ascii, indent, separators, sort] = bind('tojson', given, [
      'ensure_ascii',
      'indent',
      'separators',
      'sort_keys',
    ]);
    const pair =
      separators === undefined || separators === null
        ? undefined
        : itemsOf(separators, budget).map((text) => stringArgument('tojson', text));
    if (pair && pair.length !== 2)
      throw new PythonError('ValueError', `tojson: expected two separators, got ${pair.length}`);
    const isLine = indent === undefined || indent === null;
    const spaces = (): string => {
      const size = Math.max(0, integerArgument('tojson', indent));
      budget.text(size);
      return ' '.repeat(size);
    };
    const options = {
      ensureAscii: truthArgument(ascii),
      indent: isLine ? undefined : isText(indent) ? stringOf(indent) : spaces(),
      itemSeparator: pair?.[0] ?? (isLine ? ', ' : ','),
      keySeparator: pair?.[1] ?? ': ',
      sortKeys: truthArgument(sort),
    };
    const text = toJson(value, options, budget);
    budget.text(stringOf(text).length);
    budget.characters(stringOf(text).length);
    return text;
  },
};

const refused =
  (name: string): Filter =>
  () => {
    throw new UnsupportedError(`the filter ${name} is not supported; no chat template needs it`);
  };

export const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ...Object.entries({ ...textFilters, ...numberFilters, ...generalFilters, ...listFilters }),
  ...['random', 'pprint', 'urlize', 'wordwrap'].map((name): [string, Filter] => [name, refused(name)]),
]);
