/** Python's `text % values`, for the conversions that write text and numbers. */
import type { Budget } from './budget.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { concatAll, isMarkup, slice, stringOf, type Text, withoutMarkup } from './text.js';
import { floatText, reprOf, toText } from './to-text.js';
import { Dict, Float, isNumber, isText, Sequence, typeName, Undefined, type Value } from './values.js';

const CONVERSION = /%(?:\(([^)]*)\))?([-#0 +]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?(.)/gs;

/** @param values a tuple with a value for each conversion, one value, or a dict where conversions name keys */
export function formatPercent(format: string | Text, values: Value, budget: Budget): string | Text {
  const source = stringOf(format);
  budget.characters(source.length);
  const isTuple = values instanceof Sequence && values.kind === 'tuple';
  const given = isTuple ? values.items : [values];
  let next = 0;
  const take = (): Value => {
    if (next >= given.length) throw new PythonError('TypeError', 'not enough arguments for format string');
    next += 1;
    return given[next - 1]!;
  };
  const parts: (string | Text)[] = [];
  let copied = 0;
  let usedNames = false;
  for (const match of source.matchAll(CONVERSION)) {
    const [whole, name, flags = '', width = '', precision, kind = ''] = match;
    parts.push(slice(format, copied, match.index));
    copied = match.index + whole.length;
    if (kind === '%') {
      parts.push('%');
      continue;
    }
    if (width === '*' || precision === '*')
      throw new UnsupportedError(`%: expected widths as digits, got ${JSON.stringify(whole)}`);
    let value: Value;
    if (name === undefined) value = take();
    else {
      if (!(values instanceof Dict)) throw new PythonError('TypeError', 'format requires a mapping');
      const found = values.get(name);
      if (found === undefined) throw new PythonError('KeyError', reprOf(name));
      usedNames = true;
      value = found;
    }
    const digits = precision === undefined ? undefined : Number(precision || 0);
    parts.push(pad(convert(kind, value, flags, digits, budget), flags, Number(width || 0), budget));
  }
  const rest = source.slice(copied);
  if (/%/.test(rest)) throw new PythonError('ValueError', 'incomplete format');
  parts.push(slice(format, copied, source.length));
  const isLeftOver =
    next < given.length &&
    !usedNames &&
    !(values instanceof Dict && !isTuple) &&
    !(values instanceof Sequence && values.kind === 'list' && next === 0);
  if (isLeftOver) throw new PythonError('TypeError', 'not all arguments converted during string formatting');
  const joined = concatAll(parts.map(withoutMarkup), isMarkup(format));
  budget.text(stringOf(joined).length);
  return joined;
}

function convert(
  kind: string,
  value: Value,
  flags: string,
  precision: number | undefined,
  budget: Budget,
): string | Text {
  switch (kind) {
    case 's':
    case 'r': {
      const text =
        kind === 's'
          ? withoutMarkup(toText(value, budget))
          : isText(value)
            ? reprOf(stringOf(value))
            : value instanceof Undefined
              ? 'Undefined'
              : toText(value, budget);
      return precision === undefined ? text : slice(text, 0, offsetOf(stringOf(text), precision));
    }
    case 'c':
      if (isText(value) && [...stringOf(value)].length === 1) return value;
      if (typeof value === 'number') return String.fromCodePoint(value);
      throw new PythonError('TypeError', '%c requires int or char');
    case 'd':
    case 'i':
    case 'u':
      return signed(wholeNumber(kind, value, budget), flags);
    case 'x':
    case 'X':
    case 'o': {
      if (value instanceof Float)
        throw new PythonError('TypeError', `%${kind} format: an integer is required, not float`);
      const whole = BigInt(wholeNumber(kind, value, budget));
      const digits = (whole < 0n ? -whole : whole).toString(kind === 'o' ? 8 : 16);
      const prefix = flags.includes('#') ? (kind === 'o' ? '0o' : '0x') : '';
      const text = `${whole < 0n ? '-' : ''}${prefix}${digits}`;
      return signed(kind === 'X' ? text.toUpperCase() : text, flags);
    }
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G': {
      const number = realNumber(value);
      const text = floatDigits(number, kind.toLowerCase() as 'f' | 'e' | 'g', precision ?? 6);
      return signed(kind === kind.toUpperCase() ? text.toUpperCase() : text, flags);
    }
  }
  throw new PythonError('ValueError', `unsupported format character '${kind}'`);
}

/** A number with so many digits, as C prints it. */
export function floatDigits(number: number, kind: 'f' | 'e' | 'g', precision: number): string {
  if (!Number.isFinite(number)) return floatText(number);
  if (precision > 100) throw new UnsupportedError(`expected at most 100 digits, got ${precision}`);
  const exponential = (digits: number): string =>
    number.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');
  if (kind === 'f')
    return Math.abs(number) < 1e21
      ? fixed(number, precision)
      : BigInt(number).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '');
  if (kind === 'e') return exponential(precision);
  const digits = Math.max(1, precision);
  const exponent = number === 0 ? 0 : Number(number.toExponential(digits - 1).split('e')[1]);
  const isLong = exponent < -4 || exponent >= digits;
  const text = isLong ? exponential(digits - 1) : fixed(number, digits - 1 - exponent);
  const [mantissa = '', power] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return power === undefined ? short : `${short}e${power}`;
}

/** `toFixed` rounds exactly on the binary value, as C does, but loses the sign of what rounds to zero. */
function fixed(number: number, digits: number): string {
  const text = number.toFixed(digits);
  return Object.is(number, -0) || (number < 0 && !text.startsWith('-')) ? `-${text}` : text;
}

function wholeNumber(kind: string, value: Value, budget: Budget): string {
  if (value instanceof Float) {
    if (!Number.isFinite(value.value))
      throw new PythonError('OverflowError', 'cannot convert float infinity to integer');
    return BigInt(Math.trunc(value.value)).toString();
  }
  if (isNumber(value)) return stringOf(toText(typeof value === 'boolean' ? Number(value) : value, budget));
  throw new PythonError('TypeError', `%${kind} format: a real number is required, not ${typeName(value)}`);
}

function realNumber(value: Value): number {
  if (value instanceof Float) return value.value;
  if (isNumber(value)) return Number(value);
  throw new PythonError('TypeError', `must be real number, not ${typeName(value)}`);
}

function signed(text: string, flags: string): string {
  if (text.startsWith('-')) return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

function pad(text: string | Text, flags: string, width: number, budget: Budget): string | Text {
  const value = stringOf(text);
  const missing = width - [...value].length;
  if (missing <= 0) return text;
  budget.text(width);
  if (flags.includes('-')) return concatAll([text, ' '.repeat(missing)]);
  if (flags.includes('0') && /^[-+ ]?[\d.]/.test(value)) {
    const sign = /^[-+ ]/.test(value) ? 1 : 0;
    return value.slice(0, sign) + '0'.repeat(missing) + value.slice(sign);
  }
  return concatAll([' '.repeat(missing), text]);
}

/** UTF-16 offset behind so many code points. */
function offsetOf(text: string, points: number): number {
  let at = 0;
  for (let count = 0; count < points && at < text.length; count += 1)
    at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}
