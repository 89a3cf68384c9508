/**
 * Decimal digits of doubles, rounded as Python and C round them: on the exact binary value, and to the even digit where
 * that is half way. JavaScript's `toFixed` goes up there.
 */
import type { Budget } from './budget.js';

/** 0.d1d2d3... times a power of ten; zero has no digits. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

export type FloatNotation = 'f' | 'e' | 'g';

const ZERO: Decimal = { digits: '', exponent: 0 };

/** A finite double as a whole number times a power of two. */
export function binaryParts(number: number): readonly [mantissa: bigint, power: number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(number));
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  return exponent === 0 ? [fraction, -1074] : [fraction | 0x10000000000000n, exponent - 1075];
}

/** All digits of a double, which are at most some 770. */
function decimalOf(magnitude: number, budget: Budget): Decimal {
  if (magnitude === 0) return ZERO;
  const [mantissa, power] = binaryParts(magnitude);
  // The digits of large and of small numbers take a while.
  budget.work(8 + Math.ceil((power * power) / 2000));
  // m / 2^n is m * 5^n / 10^n.
  const whole = power >= 0 ? mantissa << BigInt(power) : mantissa * 5n ** BigInt(-power);
  const text = whole.toString();
  return { digits: withoutZeros(text), exponent: text.length + Math.min(0, power) };
}

const withoutZeros = (digits: string): string => digits.replace(/0+$/, '');

/** To so many digits, which may be none: then zero or a one before them is left. */
function rounded({ digits, exponent }: Decimal, count: number): Decimal {
  if (count >= digits.length) return { digits, exponent };
  if (count < 0) return ZERO;
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const isUp = rest === '5' ? Number(kept.at(-1) ?? 0) % 2 === 1 : rest[0]! >= '5';
  if (!isUp) return kept === '' ? ZERO : { digits: withoutZeros(kept), exponent };
  const next = (BigInt(kept) + 1n).toString();
  return { digits: withoutZeros(next), exponent: exponent + next.length - kept.length };
}

function fixed({ digits, exponent }: Decimal, places: number): string {
  const whole = exponent > 0 ? digits.slice(0, exponent).padEnd(exponent, '0') : '0';
  if (places <= 0) return whole;
  const fraction = exponent > 0 ? digits.slice(exponent) : '0'.repeat(Math.min(places, -exponent)) + digits;
  return `${whole}.${fraction.padEnd(places, '0').slice(0, places)}`;
}

function exponential({ digits, exponent }: Decimal, places: number): string {
  const all = digits.padEnd(places + 1, '0');
  const power = digits === '' ? 0 : exponent - 1;
  const mantissa = places > 0 ? `${all[0]}.${all.slice(1)}` : all;
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** The double that has so many digits behind the point; before the point where `places` is below 0. */
export function roundedFloat(number: number, places: number, budget: Budget): number {
  if (!Number.isFinite(number) || places > 330) return number;
  const all = decimalOf(Math.abs(number), budget);
  const { digits, exponent } = rounded(all, all.exponent + places);
  const value = digits === '' ? 0 : Number(`0.${digits}e${exponent}`);
  return number < 0 || Object.is(number, -0) ? -value : value;
}

export interface FloatFormat {
  /** Digits behind the point, or significant ones for `g`. */
  readonly precision: number;
  /** C's flag `#`: a point stands there in any case, and `g` keeps its zeros. */
  readonly alternate?: boolean;
  /** Python's own notation: as `g`, with a digit behind the point. */
  readonly showsPoint?: boolean;
}

/** @param magnitude finite, not below 0 */
export function floatDigits(
  magnitude: number,
  notation: FloatNotation,
  { precision, alternate = false, showsPoint = false }: FloatFormat,
  budget: Budget,
): string {
  const all = decimalOf(magnitude, budget);
  const pointed = (text: string): string =>
    alternate && !text.includes('.') ? text.replace(/(?=e|$)/, '.') : text;
  if (notation === 'f') return pointed(fixed(rounded(all, all.exponent + precision), precision));
  if (notation === 'e') return pointed(exponential(rounded(all, precision + 1), precision));
  const count = Math.max(1, precision);
  const decimal = rounded(all, count);
  const power = decimal.digits === '' ? 0 : decimal.exponent - 1;
  const isLong = power < -4 || power >= count - (showsPoint ? 1 : 0);
  const places = alternate
    ? count - 1 - (isLong ? 0 : power)
    : decimal.digits.length - (isLong ? 1 : decimal.exponent);
  if (isLong) return pointed(exponential(decimal, Math.max(0, places)));
  return pointed(fixed(decimal, Math.max(0, places, showsPoint ? 1 : 0)));
}
