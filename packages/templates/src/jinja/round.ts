/** Python's conversions between texts and numbers, and its rounding. */
import { arithmetic } from './arithmetic.js';
import type { Budget } from './budget.js';
import { withPlainDigits } from './character-kind.js';
import { roundedFloat } from './float-digits.js';
import { PythonError } from './python-error.js';
import { stringOf } from './text.js';
import { Float, integer, isInteger, isNumber, isText, typeName, Undefined, type Value } from './values.js';
import { strippedRange } from './whitespace.js';

const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;

/** Python's `float(value)`; undefined where it refuses the value. */
export function toFloat(value: Value): number | undefined {
  if (value instanceof Undefined) return value.fail();
  if (value instanceof Float) return value.value;
  if (isInteger(value) || typeof value === 'boolean') {
    const number = Number(value);
    if (Number.isFinite(number)) return number;
    throw new PythonError('OverflowError', 'int too large to convert to float');
  }
  if (!isText(value)) return undefined;
  const text = strippedNumber(stringOf(value));
  if (/^[+-]?(?:inf|infinity)$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  return FLOAT.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}

function strippedNumber(text: string): string {
  return withPlainDigits(text.slice(...strippedRange(text, 'both')));
}

/**
 * Python's `int(value, base)`, and of what that refuses the whole part of a number; undefined where there is none.
 * @param base of a text; one that Python does not know leaves the second way
 */
export function toInteger(value: Value, base: number): number | bigint | undefined {
  if (isInteger(value)) return value;
  if (typeof value === 'boolean') return Number(value);
  if (isText(value) && (base === 0 || (base >= 2 && base <= 36))) {
    const whole = parseInteger(stringOf(value), base);
    if (whole !== undefined) return whole;
  }
  const number = toFloat(value);
  if (value instanceof Float && Math.abs(value.value) === Number.POSITIVE_INFINITY)
    throw new PythonError('OverflowError', 'cannot convert float infinity to integer');
  return number === undefined || !Number.isFinite(number) ? undefined : integer(BigInt(Math.trunc(number)));
}

const MAX_DIGITS = 4300;

function parseInteger(whole: string, base: number): number | bigint | undefined {
  const match = /^([+-]?)(0[xob]_?)?([\da-z]+(?:_[\da-z]+)*)$/i.exec(strippedNumber(whole));
  if (!match) return undefined;
  const [, sign, prefix, digits = ''] = match;
  const named = prefix === undefined ? undefined : { x: 16, o: 8, b: 2 }[prefix[1]!.toLowerCase()];
  const isPrefix = named !== undefined && (base === 0 || base === named);
  const radix = isPrefix ? named : base === 0 ? 10 : base;
  const all = (isPrefix ? digits : (prefix ?? '') + digits).replaceAll('_', '').toLowerCase();
  // Python's guard; powers of two are free of it there.
  if (all.length > MAX_DIGITS) return undefined;
  for (const digit of all) if (Number.parseInt(digit, 36) >= radix) return undefined;
  const sum = wholeOf(all, radix);
  if (base === 0 && !isPrefix && all.length > 1 && all.startsWith('0') && sum !== 0n) return undefined;
  return integer(sign === '-' ? -sum : sum);
}

/** The number that digits are, several at a time. */
function wholeOf(digits: string, radix: number): bigint {
  if (radix === 10) return BigInt(digits);
  const size = 10;
  let sum = 0n;
  for (let at = 0; at < digits.length; at += size) {
    const part = digits.slice(at, at + size);
    sum = sum * BigInt(radix) ** BigInt(part.length) + BigInt(Number.parseInt(part, radix));
  }
  return sum;
}

/** The filter `round`: to the even digit on a tie, as Python rounds. @param precision none: to a whole number */
export function roundTo(value: Value, precision: number | undefined, method: string, budget: Budget): Value {
  if (!['common', 'ceil', 'floor'].includes(method))
    throw new PythonError('FilterArgumentError', 'method must be common, ceil or floor');
  if (value instanceof Undefined) return value.fail();
  if (!isNumber(value))
    throw new PythonError('TypeError', `type ${typeName(value)} doesn't define __round__ method`);
  if (method !== 'common') {
    const scale = arithmetic('**', 10, precision ?? wrongPrecision(), budget);
    return arithmetic('/', wholeNumber(arithmetic('*', value, scale, budget), method), scale, budget);
  }
  if (!(value instanceof Float))
    return precision === undefined || precision >= 0
      ? integer(BigInt(value))
      : roundWhole(BigInt(value), -precision);
  if (precision === undefined) return wholeNumber(new Float(roundedFloat(value.value, 0, budget)), 'floor');
  const rounded = roundedFloat(value.value, precision, budget);
  if (!Number.isFinite(rounded) && Number.isFinite(value.value))
    throw new PythonError('OverflowError', 'rounded value too large to represent');
  return new Float(rounded);
}

function wrongPrecision(): never {
  throw new PythonError('TypeError', "unsupported operand type(s) for ** or pow(): 'int' and 'NoneType'");
}

/** Python's `math.ceil` and `math.floor`. */
function wholeNumber(value: number | bigint | Float, method: string): number | bigint {
  if (!(value instanceof Float)) return value;
  const { value: number } = value;
  if (Number.isNaN(number)) throw new PythonError('ValueError', 'cannot convert float NaN to integer');
  if (!Number.isFinite(number))
    throw new PythonError('OverflowError', 'cannot convert float infinity to integer');
  return integer(BigInt(method === 'ceil' ? Math.ceil(number) : Math.floor(number)));
}

/** To a multiple of a power of ten. */
function roundWhole(value: bigint, places: number): number | bigint {
  if (places > MAX_DIGITS) return 0;
  const unit = 10n ** BigInt(places);
  const rest = ((value % unit) + unit) % unit;
  const below = value - rest;
  const isUp = rest * 2n > unit || (rest * 2n === unit && (below / unit) % 2n !== 0n);
  return integer(isUp ? below + unit : below);
}
