/** Python's methods and attributes of numbers. */
import { bindPositional } from './arguments.js';
import type { PythonNumber } from './arithmetic.js';
import { binaryParts } from './float-digits.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { type Arguments, Float, integer, Sequence, type Value } from './values.js';

type NumberMethod = (self: PythonNumber, given: Arguments) => Value;

const method =
  (name: string, call: (self: PythonNumber) => Value): NumberMethod =>
  (self, given) => {
    bindPositional(name, given, []);
    return call(self);
  };

const refused =
  (name: string): NumberMethod =>
  () => {
    throw new UnsupportedError(`${name} is not supported; no chat template needs it`);
  };

const magnitudeOf = (value: PythonNumber): bigint => {
  const whole = BigInt(value as number | bigint | boolean);
  return whole < 0n ? -whole : whole;
};

const shared: Readonly<Record<string, NumberMethod>> = {
  conjugate: method('conjugate', plainNumber),
  as_integer_ratio: method('as_integer_ratio', (self) => {
    const [above, below] = self instanceof Float ? ratioOf(self.value) : [plainNumber(self), 1];
    return new Sequence([above, below], 'tuple');
  }),
};

export const integerMethods: Readonly<Record<string, NumberMethod>> = {
  ...shared,
  bit_length: method('bit_length', (self) => {
    const magnitude = magnitudeOf(self);
    return magnitude === 0n ? 0 : magnitude.toString(2).length;
  }),
  bit_count: method('bit_count', (self) => magnitudeOf(self).toString(2).replaceAll('0', '').length),
  to_bytes: refused('to_bytes'),
  from_bytes: refused('from_bytes'),
};

export const floatMethods: Readonly<Record<string, NumberMethod>> = {
  ...shared,
  is_integer: method('is_integer', (self) => Number.isInteger((self as Float).value)),
  hex: refused('hex'),
  fromhex: refused('fromhex'),
};

/** Undefined where the number has no such attribute. */
export function numberAttribute(value: PythonNumber, name: string): Value | undefined {
  const isFloat = value instanceof Float;
  switch (name) {
    case 'real':
      return plainNumber(value);
    case 'imag':
      return isFloat ? new Float(0) : 0;
    case 'numerator':
      return isFloat ? undefined : plainNumber(value);
    case 'denominator':
      return isFloat ? undefined : 1;
    default:
      return undefined;
  }
}

/** True is 1. */
function plainNumber(value: PythonNumber): Value {
  return typeof value === 'boolean' ? Number(value) : value;
}

/** The fraction that a float is. */
function ratioOf(number: number): readonly [Value, Value] {
  if (!Number.isFinite(number)) {
    const isNone = Number.isNaN(number);
    throw new PythonError(
      isNone ? 'ValueError' : 'OverflowError',
      `cannot convert ${isNone ? 'NaN' : 'Infinity'} to integer ratio`,
    );
  }
  let [mantissa, power] = binaryParts(number);
  while (power < 0 && mantissa % 2n === 0n) {
    mantissa /= 2n;
    power += 1;
  }
  const above = mantissa * 2n ** BigInt(Math.max(0, power));
  return [integer(number < 0 ? -above : above), integer(2n ** BigInt(Math.max(0, -power)))];
}
