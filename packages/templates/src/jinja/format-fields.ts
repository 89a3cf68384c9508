/** Python's `text.format(...)`, as Jinja's sandbox runs it: fields in braces, which may have fields inside. */
import type { Budget } from './budget.js';
import { formatValue } from './format-specification.js';
import { escapeHtml } from './markup.js';
import { PythonError } from './python-error.js';
import { concatAll, isMarkup, slicer, stringOf, type Text, withoutMarkup } from './text.js';
import { asciiText, reprText, toText } from './to-text.js';
import { isText, type Value } from './values.js';

/** Where fields find their values. */
export interface FieldValues {
  readonly positional: readonly Value[];
  readonly named: (name: string) => Value | undefined;
  /** `value.name` and `value[key]`. */
  readonly attribute: (value: Value, name: string) => Value;
  readonly item: (value: Value, key: Value) => Value;
}

/** Fields in fields. */
const MAX_DEPTH = 2;

/** How far fields without a name are counted; undefined once one had a number. */
interface Numbering {
  next: number | undefined;
}

const wrong = (message: string): PythonError => new PythonError('ValueError', message);

/** @throws {PythonError} on what is no format, or has no value */
export function formatFields(format: string | Text, values: FieldValues, budget: Budget): string | Text {
  return formatted(format, values, { next: 0 }, MAX_DEPTH, budget);
}

function formatted(
  format: string | Text,
  values: FieldValues,
  numbering: Numbering,
  depth: number,
  budget: Budget,
): string | Text {
  if (depth < 0) throw wrong('Max string recursion exceeded');
  const source = stringOf(format);
  budget.characters(source.length);
  const parts: (string | Text)[] = [];
  const cut = slicer(format);
  let at = 0;
  while (at < source.length) {
    const brace = nextBrace(source, at);
    parts.push(cut(at, brace));
    if (brace === source.length) break;
    if (source[brace + 1] === source[brace]) {
      parts.push(source[brace]!);
      at = brace + 2;
      continue;
    }
    if (source[brace] === '}' || brace + 1 === source.length)
      throw wrong(`Single '${source[brace]}' encountered in format string`);
    budget.work(16);
    const { name, conversion, specification, end } = readField(source, brace + 1);
    at = end;
    const value = fieldValue(numbered(name, numbering), values);
    const inner = stringOf(formatted(specification, values, numbering, depth - 1, budget));
    parts.push(written(value, conversion, inner, isMarkup(format), budget));
  }
  const joined = concatAll(parts, isMarkup(format));
  budget.text(stringOf(joined).length);
  return joined;
}

function nextBrace(source: string, from: number): number {
  for (let at = from; at < source.length; at += 1) if (source[at] === '{' || source[at] === '}') return at;
  return source.length;
}

interface Field {
  readonly name: string;
  readonly conversion: string | undefined;
  readonly specification: string;
  /** Offset behind it. */
  readonly end: number;
}

/** `name!conversion:specification}` */
function readField(source: string, from: number): Field {
  let at = from;
  for (; at < source.length && !'}:!'.includes(source[at]!); at += 1) {
    if (source[at] === '{') throw wrong("unexpected '{' in field name");
    // What an index says is not looked at.
    if (source[at] === '[') at = (source.indexOf(']', at) + 1 || source.length) - 1;
  }
  const name = source.slice(from, at);
  if (at >= source.length) throw wrong("expected '}' before end of string");
  let conversion: string | undefined;
  if (source[at] === '!') {
    if (at + 1 >= source.length) throw wrong('end of string while looking for conversion specifier');
    conversion = String.fromCodePoint(source.codePointAt(at + 1)!);
    at += 1 + conversion.length;
    if (source[at] !== '}' && source[at] !== ':') throw wrong("expected ':' after conversion specifier");
  }
  if (source[at] === '}') return { name, conversion, specification: '', end: at + 1 };
  const start = at + 1;
  let depth = 1;
  for (let end = start; end < source.length; end += 1) {
    if (source[end] === '{') depth += 1;
    else if (source[end] === '}') depth -= 1;
    if (depth === 0) return { name, conversion, specification: source.slice(start, end), end: end + 1 };
  }
  throw wrong("unmatched '{' in format spec");
}

/** A field's name, with a number where it has none. */
function numbered(name: string, numbering: Numbering): string {
  if (name === '') {
    if (numbering.next === undefined)
      throw wrong('cannot switch from manual field specification to automatic field numbering');
    numbering.next += 1;
    return String(numbering.next - 1);
  }
  if (/^\d+$/.test(name)) {
    if (numbering.next)
      throw wrong('cannot switch from manual field specification to automatic field numbering');
    numbering.next = undefined;
  }
  return name;
}

const STEP = /\.([^.[]*)|\[([^\]]*)(\]?)/y;

function fieldValue(name: string, { positional, named, attribute, item }: FieldValues): Value {
  const [first] = /^[^.[]*/.exec(name)!;
  const isIndex = /^\d+$/.test(first);
  let value = isIndex ? positional[Number(first)] : named(first);
  if (value === undefined) {
    throw isIndex
      ? new PythonError('IndexError', `Replacement index ${first} out of range for positional args tuple`)
      : new PythonError('KeyError', first);
  }
  for (let at = first.length; at < name.length; ) {
    STEP.lastIndex = at;
    const step = STEP.exec(name);
    if (!step) throw wrong("Only '.' or '[' may follow ']' in format field specifier");
    const [whole, word, key, closing] = step;
    if (closing === '') throw wrong("Missing ']' in format string");
    if (word === '' || key === '') throw wrong('Empty attribute in format string');
    value =
      word === undefined ? item(value, /^\d+$/.test(key!) ? Number(key) : key!) : attribute(value, word);
    at += whole.length;
  }
  return value;
}

/** A value by its conversion and specification. @param escapes as markup does with what it takes up */
function written(
  value: Value,
  conversion: string | undefined,
  specification: string,
  escapes: boolean,
  budget: Budget,
): string | Text {
  const converted = convert(value, conversion, budget);
  if (!escapes) return formatValue(converted, specification, budget);
  if (isText(converted) && isMarkup(converted)) {
    if (specification !== '') throw wrong('Unsupported format specification for Markup.');
    return converted;
  }
  return escapeHtml(formatValue(converted, specification, budget), budget);
}

function convert(value: Value, conversion: string | undefined, budget: Budget): Value {
  switch (conversion) {
    case undefined:
      return value;
    case 's':
      return withoutMarkup(toText(value, budget));
    case 'r':
      return reprText(value, budget);
    case 'a':
      return asciiText(reprText(value, budget), budget);
    default:
      throw wrong(`Unknown conversion specifier ${conversion}`);
  }
}
