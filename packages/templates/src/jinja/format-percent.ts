/** Python's `text % values`. */
import { doubleOf } from './arithmetic.js';
import type { Budget } from './budget.js';
import { type FloatNotation, floatDigits } from './float-digits.js';
import { lengthOf, offsetAt } from './iterate.js';
import { escapeHtml } from './markup.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { concatAll, isMarkup, slice, slicer, stringOf, type Text, withoutMarkup } from './text.js';
import { asciiText, floatText, reprText, toText } from './to-text.js';
import {
  Dict,
  Float,
  isInteger,
  isNumber,
  isText,
  Sequence,
  typeName,
  Undefined,
  type Value,
} from './values.js';

interface Conversion {
  readonly kind: string;
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

const DETAILS = /([-#0 +]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?/y;

/**
 * @param values a tuple with a value for each conversion, one value, or a dict where conversions name keys
 * @throws {PythonError} where they do not fit
 */
export function formatPercent(format: string | Text, values: Value, budget: Budget): string | Text {
  const source = stringOf(format);
  budget.characters(source.length);
  const operands = new Operands(values);
  const parts: (string | Text)[] = [];
  const cut = slicer(format);
  let copied = 0;
  for (let at = source.indexOf('%'); at >= 0; at = source.indexOf('%', copied)) {
    parts.push(cut(copied, at));
    if (source[at + 1] === '%') {
      parts.push('%');
      copied = at + 2;
      continue;
    }
    const from = source[at + 1] === '(' ? endOfName(source, at + 2) : at + 1;
    if (from > at + 1) operands.choose(source.slice(at + 2, from - 1));
    budget.work(8);
    DETAILS.lastIndex = from;
    const [details, flags = '', givenWidth = '', givenPrecision] = DETAILS.exec(source)!;
    const width = givenWidth === '*' ? operands.takeWidth() : Number(givenWidth);
    const precision = givenPrecision === '*' ? operands.takeWidth() : Number(givenPrecision ?? Number.NaN);
    const kind = source.slice(from + details.length, from + details.length + 1);
    if (kind === '') throw new PythonError('ValueError', 'incomplete format');
    budget.text(Math.max(Math.abs(width), precision || 0));
    const conversion: Conversion = {
      kind,
      flags: width < 0 ? `${flags}-` : flags,
      width: Math.abs(width),
      precision: Number.isNaN(precision) ? undefined : Math.max(0, precision),
    };
    parts.push(convert(operands.take(), conversion, isMarkup(format), budget));
    copied = from + details.length + 1;
  }
  parts.push(cut(copied, source.length));
  operands.finish();
  const joined = concatAll(parts, isMarkup(format));
  budget.text(stringOf(joined).length);
  return joined;
}

/** Offset behind the parenthesis that closes a name. */
function endOfName(source: string, from: number): number {
  let depth = 1;
  for (let at = from; at < source.length; at += 1) {
    if (source[at] === '(') depth += 1;
    else if (source[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  throw new PythonError('ValueError', 'incomplete format key');
}

/** What conversions take: the items of a tuple, one value, or the values of a dict. */
class Operands {
  #items: readonly Value[];
  #next = 0;
  /** The value that has others by name, where it can have. */
  readonly #mapping: Value | undefined;

  constructor(values: Value) {
    const isTuple = values instanceof Sequence && values.kind === 'tuple';
    this.#items = isTuple ? values.items : [values];
    const isMapping =
      values instanceof Dict ||
      values instanceof Undefined ||
      (values instanceof Sequence && (values.kind === 'list' || values.kind === 'range'));
    this.#mapping = isMapping ? values : undefined;
  }

  /** The next value is the one of this name. */
  choose(name: string): void {
    const mapping = this.#mapping;
    if (mapping === undefined) throw new PythonError('TypeError', 'format requires a mapping');
    if (mapping instanceof Undefined) mapping.fail();
    if (!(mapping instanceof Dict))
      throw new PythonError('TypeError', `${typeName(mapping)} indices must be integers or slices, not str`);
    const found = mapping.get(name);
    if (found === undefined) throw new PythonError('KeyError', name);
    this.#items = [found];
    this.#next = 0;
  }

  take(): Value {
    const value = this.#items[this.#next];
    if (value === undefined) throw new PythonError('TypeError', 'not enough arguments for format string');
    this.#next += 1;
    return value;
  }

  takeWidth(): number {
    const value = this.take();
    if (isInteger(value) || typeof value === 'boolean') return Number(value);
    throw new PythonError('TypeError', '* wants int');
  }

  finish(): void {
    if (this.#next < this.#items.length && this.#mapping === undefined)
      throw new PythonError('TypeError', 'not all arguments converted during string formatting');
  }
}

/** @param escapes as markup does with what it takes up */
function convert(value: Value, conversion: Conversion, escapes: boolean, budget: Budget): string | Text {
  const { kind } = conversion;
  if ('sra'.includes(kind)) {
    const written = kind === 's' ? toText(value, budget) : reprText(value, budget);
    const escaped = withoutMarkup(escapes ? escapeHtml(written, budget) : written);
    const text = kind === 'a' ? asciiText(escaped, budget) : escaped;
    const cut = offsetAt(stringOf(text), conversion.precision ?? stringOf(text).length);
    return padded(slice(text, 0, cut), conversion, budget);
  }
  if (escapes && (kind === 'c' || isText(value)))
    throw new UnsupportedError(`%${kind}: expected %s in markup, or a number`);
  if (kind === 'c') return padded(character(value), conversion, budget);
  if ('diuxXo'.includes(kind)) return wholeNumber(value, conversion, budget);
  if ('fFeEgG'.includes(kind)) return realNumber(value, conversion, budget);
  throw new PythonError('ValueError', `unsupported format character '${kind}'`);
}

function padded(text: string | Text, { flags, width }: Conversion, budget: Budget): string | Text {
  const missing = width - lengthOf(stringOf(text), budget);
  if (missing <= 0) return text;
  budget.characters(width);
  return flags.includes('-')
    ? concatAll([text, ' '.repeat(missing)])
    : concatAll([' '.repeat(missing), text]);
}

function character(value: Value): string | Text {
  if (isText(value) && [...stringOf(value).slice(0, 3)].length === 1) return value;
  if (!isInteger(value) && typeof value !== 'boolean')
    throw new PythonError('TypeError', '%c requires int or char');
  const code = Number(value);
  if (!(code >= 0 && code < 0x110000))
    throw new PythonError('OverflowError', '%c arg not in range(0x110000)');
  return String.fromCodePoint(code);
}

function wholeNumber(value: Value, conversion: Conversion, budget: Budget): string {
  const { kind, precision = 0, flags } = conversion;
  if (value instanceof Undefined) return value.fail();
  if (!isNumber(value))
    throw new PythonError('TypeError', `%${kind} format: a real number is required, not ${typeName(value)}`);
  const radix = { x: 16, X: 16, o: 8 }[kind];
  if (value instanceof Float && radix !== undefined)
    throw new PythonError('TypeError', `%${kind} format: an integer is required, not float`);
  if (value instanceof Float && !Number.isFinite(value.value)) {
    const isNone = Number.isNaN(value.value);
    throw new PythonError(
      isNone ? 'ValueError' : 'OverflowError',
      `cannot convert float ${isNone ? 'NaN' : 'infinity'} to integer`,
    );
  }
  const whole = BigInt(value instanceof Float ? Math.trunc(value.value) : value);
  const magnitude = whole < 0n ? -whole : whole;
  const prefix = radix !== undefined && flags.includes('#') ? `0${kind.toLowerCase()}` : '';
  const digits = (
    radix === undefined ? stringOf(toText(magnitude, budget)) : magnitude.toString(radix)
  ).padStart(precision, '0');
  const isCapital = kind === 'X';
  return laidOut(
    whole < 0n,
    isCapital ? prefix.toUpperCase() : prefix,
    isCapital ? digits.toUpperCase() : digits,
    conversion,
    budget,
  );
}

function realNumber(value: Value, conversion: Conversion, budget: Budget): string {
  const { kind, precision = 6, flags } = conversion;
  if (value instanceof Undefined) return value.fail();
  if (!isNumber(value)) throw new PythonError('TypeError', `must be real number, not ${typeName(value)}`);
  const number = doubleOf(value);
  const magnitude = Math.abs(number);
  const notation = kind.toLowerCase() as FloatNotation;
  budget.characters(precision);
  const digits = Number.isFinite(number)
    ? floatDigits(magnitude, notation, { precision, alternate: flags.includes('#') }, budget)
    : floatText(magnitude);
  const isNegative = number < 0 || Object.is(number, -0);
  return laidOut(isNegative, '', kind === notation ? digits : digits.toUpperCase(), conversion, budget);
}

/** A number with its sign, in its width. */
function laidOut(
  isNegative: boolean,
  prefix: string,
  digits: string,
  { flags, width }: Conversion,
  budget: Budget,
): string {
  const sign = isNegative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const missing = Math.max(0, width - sign.length - prefix.length - digits.length);
  budget.characters(missing);
  if (flags.includes('-')) return sign + prefix + digits + ' '.repeat(missing);
  return flags.includes('0')
    ? sign + prefix + '0'.repeat(missing) + digits
    : ' '.repeat(missing) + sign + prefix + digits;
}
