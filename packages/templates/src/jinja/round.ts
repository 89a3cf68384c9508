/** Python's conversions between texts and numbers, and its rounding. */
import { PythonError } from './python-error.js';
import { stringOf } from './text.js';
import { Float, integer, isInteger, isText, typeName, Undefined, type Value } from './values.js';
import { strippedRange } from './whitespace.js';

/** Python's `float(value)`; undefined where it would raise. */
export function toFloat(value: Value): number | undefined {
  if (value instanceof Float) return value.value;
  if (isInteger(value) || typeof value === 'boolean') return Number(value);
  if (!isText(value)) return undefined;
  const whole = stringOf(value);
  const text = whole.slice(...strippedRange(whole, 'both'));
  if (/^[+-]?(?:inf|infinity)$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (!/^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i.test(text))
    return undefined;
  return Number(text.replaceAll('_', ''));
}

/** Python's `int(value, base)`, and of what that refuses the whole part of a number; undefined where there is none. */
export function toInteger(value: Value, base: number): number | bigint | undefined {
  if (isInteger(value)) return value;
  if (typeof value === 'boolean') return Number(value);
  if (isText(value)) {
    const whole = parseInteger(stringOf(value), base);
    if (whole !== undefined) return whole;
  }
  const number = toFloat(value);
  if (number === undefined || !Number.isFinite(number)) {
    if (number !== undefined && value instanceof Float && !Number.isNaN(number)) return undefined;
    return undefined;
  }
  return integer(BigInt(Math.trunc(number)));
}

function parseInteger(whole: string, base: number): number | bigint | undefined {
  const text = whole.slice(...strippedRange(whole, 'both'));
  const match = /^([+-]?)(0[xob])?([\da-z]+(?:_[\da-z]+)*)$/i.exec(text);
  if (!match || text.length > 4300) return undefined;
  const [, sign, prefix, digits = ''] = match;
  const named = prefix === undefined ? undefined : { '0x': 16, '0o': 8, '0b': 2 }[prefix.toLowerCase()];
  const isPrefix = named !== undefined && (base === 0 || base === named);
  const radix = isPrefix ? named : base === 0 ? 10 : base;
  const all = (isPrefix ? digits : (prefix ?? '') + digits).replaceAll('_', '').toLowerCase();
  let sum = 0n;
  for (const digit of all) {
    const worth = Number.parseInt(digit, 36);
    if (!(worth < radix)) return undefined;
    sum = sum * BigInt(radix) + BigInt(worth);
  }
  if (base === 0 && !isPrefix && all.length > 1 && all.startsWith('0') && sum !== 0n) return undefined;
  return integer(sign === '-' ? -sum : sum);
}

/** The filter `round`: to the even digit on a tie, as Python rounds. */
export function roundTo(value: Value, precision: number, method: string): Value {
  if (!['common', 'ceil', 'floor'].includes(method)) {
    throw new PythonError('FilterArgumentError', 'method must be common, ceil or floor');
  }
  if (value instanceof Undefined) return value.fail();
  if (!(value instanceof Float) && !isInteger(value) && typeof value !== 'boolean') {
    throw new PythonError('TypeError', `type ${typeName(value)} doesn't define __round__ method`);
  }
  const number = value instanceof Float ? value.value : Number(value);
  if (method !== 'common') {
    const scale = 10 ** precision;
    return new Float((method === 'ceil' ? Math.ceil(number * scale) : Math.floor(number * scale)) / scale);
  }
  if (!(value instanceof Float)) {
    if (precision >= 0) return typeof value === 'boolean' ? Number(value) : value;
    const unit = 10n ** BigInt(-precision);
    const whole = BigInt(value);
    const half = ((whole % unit) + unit) % unit;
    const below = whole - half;
    const isUp = half * 2n > unit || (half * 2n === unit && (below / unit) % 2n !== 0n);
    return integer(isUp ? below + unit : below);
  }
  return new Float(roundFloat(number, precision));
}

/** Correctly rounded on the binary value: a tie is one only where the double is exactly half way. */
function roundFloat(number: number, precision: number): number {
  if (!Number.isFinite(number) || precision > 22) return number;
  if (precision < 0) {
    const unit = 10 ** -precision;
    const quotient = number / unit;
    const below = Math.floor(quotient);
    const rest = quotient - below;
    return (rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below) * unit;
  }
  const exact = exactDigits(number);
  const point = exact.indexOf('.');
  const behind = point < 0 ? '' : exact.slice(point + 1);
  if (behind.length <= precision) return number;
  const rest = behind.slice(precision);
  const isTie = /^50*$/.test(rest);
  const kept = exact.slice(0, point + 1 + precision).replace(/\.$/, '');
  const isOdd = Number(kept.at(-1)) % 2 === 1;
  const isUp = isTie ? isOdd : rest[0]! >= '5';
  if (!isUp) return Number(kept);
  const sign = number < 0 ? -1n : 1n;
  const digits = BigInt(kept.replace('.', '').replace('-', '')) + 1n;
  return Number(sign) * Number(`${digits}e-${precision}`);
}

/** All decimal digits of a double. */
function exactDigits(number: number): string {
  return Math.abs(number) >= 1e21
    ? BigInt(number).toString()
    : number.toFixed(100).replace(/0+$/, '').replace(/\.$/, '');
}
