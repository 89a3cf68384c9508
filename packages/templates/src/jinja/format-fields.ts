/** Python's `text.format(...)`: fields in braces, with attributes, indices, conversions and widths. */
import type { Budget } from './budget.js';
import { floatDigits } from './format-percent.js';
import { escapeHtml } from './markup.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { concatAll, isMarkup, slice, stringOf, type Text, withoutMarkup } from './text.js';
import { reprOf, toText } from './to-text.js';
import {
  type Arguments,
  Dict,
  dictKey,
  Float,
  isInteger,
  isText,
  Sequence,
  typeName,
  Undefined,
  type Value,
} from './values.js';

const FIELD = /\{\{|\}\}|\{([^{}!:]*)(?:!([^{}:]*))?(?::([^{}]*))?\}|[{}]/g;

export function formatFields(
  format: string | Text,
  { positional, named }: Arguments,
  budget: Budget,
): string | Text {
  const source = stringOf(format);
  budget.characters(source.length);
  const parts: (string | Text)[] = [];
  let copied = 0;
  let automatic = 0;
  for (const match of source.matchAll(FIELD)) {
    const [whole, name = '', conversion, specification = ''] = match;
    parts.push(slice(format, copied, match.index));
    copied = match.index + whole.length;
    if (whole === '{{' || whole === '}}') {
      parts.push(whole[0]!);
      continue;
    }
    if (whole.length === 1) {
      if (/\{[^}]*\{/.test(source.slice(match.index)))
        throw new UnsupportedError('format: expected fields without fields inside');
      throw new PythonError('ValueError', `Single '${whole}' encountered in format string`);
    }
    const first = /^[^.[]*/.exec(name)![0];
    if (first === '' && automatic < 0)
      throw new PythonError(
        'ValueError',
        'cannot switch from manual field specification to automatic field numbering',
      );
    if (/^\d+$/.test(first) && automatic > 0)
      throw new PythonError(
        'ValueError',
        'cannot switch from automatic field numbering to manual field specification',
      );
    let value: Value | undefined;
    if (first === '') {
      value = positional[automatic];
      automatic += 1;
    } else if (/^\d+$/.test(first)) {
      value = positional[Number(first)];
      automatic = -1;
    } else {
      value = named.get(first);
    }
    if (value === undefined) {
      if (first === '' || /^\d+$/.test(first))
        throw new PythonError('IndexError', 'Replacement index out of range for positional args tuple');
      throw new PythonError('KeyError', reprOf(first));
    }
    for (const [, attribute, index] of name.slice(first.length).matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
      value = attribute === undefined ? itemOf(value, index!) : attributeOf(value, attribute);
    }
    const text = converted(value, conversion, budget);
    const formatted = isText(text)
      ? padded(text, specification, budget)
      : numeric(text, specification, budget);
    parts.push(isMarkup(format) ? escapeHtml(formatted, budget) : withoutMarkup(formatted));
  }
  parts.push(slice(format, copied, source.length));
  const joined = concatAll(parts, isMarkup(format));
  budget.text(stringOf(joined).length);
  return joined;
}

function attributeOf(value: Value, name: string): Value {
  if (value instanceof Undefined) return value.fail();
  throw new PythonError('AttributeError', `'${typeName(value)}' object has no attribute '${name}'`);
}

function itemOf(value: Value, index: string): Value {
  const key = /^\d+$/.test(index) ? Number(index) : index;
  if (value instanceof Dict) {
    const found = value.get(dictKey(key));
    if (found === undefined) throw new PythonError('KeyError', reprOf(index));
    return found;
  }
  if (value instanceof Sequence && typeof key === 'number') {
    const found = value.items[key];
    if (found === undefined) throw new PythonError('IndexError', 'list index out of range');
    return found;
  }
  throw new PythonError('TypeError', `'${typeName(value)}' object is not subscriptable`);
}

function converted(value: Value, conversion: string | undefined, budget: Budget): Value {
  if (conversion === undefined) return value;
  if (conversion === 's') return toText(value, budget);
  if (conversion === 'r') {
    if (isText(value)) return reprOf(stringOf(value));
    return value instanceof Undefined ? 'Undefined' : toText(value, budget);
  }
  throw new UnsupportedError(`format: expected !s or !r, got !${conversion}`);
}

const SPECIFICATION = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d*)([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;

function read(specification: string): RegExpExecArray {
  const found = SPECIFICATION.exec(specification);
  if (!found) throw new PythonError('ValueError', 'Invalid format specifier');
  return found;
}

function padded(text: string | Text, specification: string, budget: Budget): string | Text {
  if (specification === '') return text;
  const [, fill = ' ', align = '<', sign, , zero, width, comma, precision, kind] = read(specification);
  if (sign || comma || align === '=' || (kind !== undefined && kind !== 's')) {
    throw new PythonError(
      'ValueError',
      `Unknown format code '${kind ?? sign ?? comma ?? align}' for object of type 'str'`,
    );
  }
  const cut =
    precision === undefined ? text : slice(text, 0, Math.min(stringOf(text).length, Number(precision)));
  return aligned(cut, zero === undefined ? fill : '0', align, Number(width), budget);
}

function aligned(
  text: string | Text,
  fill: string,
  align: string,
  width: number,
  budget: Budget,
): string | Text {
  const missing = width - [...stringOf(text)].length;
  if (!(missing > 0)) return text;
  budget.text(width);
  budget.characters(width);
  const left = align === '<' ? 0 : align === '^' ? Math.floor(missing / 2) : missing;
  return concatAll([fill.repeat(left), text, fill.repeat(missing - left)]);
}

function numeric(value: Value, specification: string, budget: Budget): string | Text {
  if (specification === '') return toText(value, budget);
  if (!(value instanceof Float) && !isInteger(value) && typeof value !== 'boolean') {
    throw new PythonError('TypeError', `unsupported format string passed to ${typeName(value)}.__format__`);
  }
  const [
    ,
    fill,
    align,
    sign,
    alternate,
    zero,
    width,
    comma,
    precision,
    kind = value instanceof Float ? '' : 'd',
  ] = read(specification);
  const number = value instanceof Float ? value.value : Number(value);
  let text: string;
  if ('dxXobn'.includes(kind) && kind !== '') {
    if (value instanceof Float)
      throw new PythonError('ValueError', `Unknown format code '${kind}' for object of type 'float'`);
    if (precision !== undefined)
      throw new PythonError('ValueError', 'Precision not allowed in integer format specifier');
    const whole = BigInt(value);
    const radix = { x: 16, X: 16, o: 8, b: 2 }[kind] ?? 10;
    const prefix = alternate && radix !== 10 ? `0${kind}` : '';
    text = prefix + (whole < 0n ? -whole : whole).toString(radix);
    if (kind === 'X') text = text.toUpperCase();
  } else if ('feEgF%'.includes(kind) && kind !== '') {
    const digits = precision === undefined ? 6 : Number(precision);
    const magnitude = Math.abs(number);
    text =
      kind === '%'
        ? `${floatDigits(magnitude * 100, 'f', digits)}%`
        : floatDigits(magnitude, kind.toLowerCase() as 'f' | 'e' | 'g', digits);
    if (kind === 'E' || kind === 'F') text = text.toUpperCase();
  } else if (kind === '') {
    if (precision !== undefined)
      throw new UnsupportedError('format: expected a kind of number beside a precision, such as .2f');
    text = stringOf(toText(new Float(Math.abs(number)), budget));
  } else {
    throw new PythonError(
      'ValueError',
      `Unknown format code '${kind}' for object of type '${typeName(value)}'`,
    );
  }
  if (comma) text = text.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, comma));
  const isNegative = number < 0 || Object.is(number, -0);
  const before = isNegative ? '-' : sign === '+' || sign === ' ' ? sign : '';
  const isZeroFilled = zero !== undefined && align === undefined;
  if (align === '=' || isZeroFilled) {
    const missing = Math.max(0, Number(width) - text.length - before.length);
    budget.text(missing);
    return before + (isZeroFilled ? '0' : (fill ?? ' ')).repeat(missing) + text;
  }
  return aligned(
    before + text,
    fill ?? (zero === undefined ? ' ' : '0'),
    align ?? '>',
    Number(width),
    budget,
  );
}
