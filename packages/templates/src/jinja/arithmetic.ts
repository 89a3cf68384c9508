/** Python's arithmetic on whole numbers of any size and on floats. */
import type { Budget } from './budget.js';
import { binaryParts } from './float-digits.js';
import { PythonError, UnsupportedError } from './python-error.js';
import type { Operator } from './syntax.js';
import { Float, integer, isNumber, typeName, Undefined, type Value } from './values.js';

export type PythonNumber = boolean | number | bigint | Float;

/** A number as a double. @throws {PythonError} where it is too large for one */
export function doubleOf(value: PythonNumber): number {
  if (value instanceof Float) return value.value;
  const double = Number(value);
  if (!Number.isFinite(double)) throw new PythonError('OverflowError', 'int too large to convert to float');
  return double;
}

export function arithmetic(
  operator: Operator,
  left: PythonNumber,
  right: PythonNumber,
  budget: Budget,
): number | bigint | Float {
  if (left instanceof Float || right instanceof Float)
    return floatArithmetic(operator, doubleOf(left), doubleOf(right), budget);
  if (typeof left !== 'bigint' && typeof right !== 'bigint') {
    const small = smallArithmetic(operator, Number(left), Number(right));
    if (typeof small !== 'number' || Number.isSafeInteger(small)) return small;
  }
  return bigArithmetic(operator, BigInt(left), BigInt(right), budget);
}

/** A number that is not safe where the operation needs more digits. */
function smallArithmetic(operator: Operator, left: number, right: number): number | Float {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right + 0;
    case '/':
      if (right === 0) throw new PythonError('ZeroDivisionError', 'division by zero');
      return new Float(left / right);
    case '%':
    case '//': {
      if (right === 0) throw new PythonError('ZeroDivisionError', 'integer division or modulo by zero');
      const remainder = left % right;
      const isBelow = remainder !== 0 && remainder < 0 !== right < 0;
      if (operator === '%') return (isBelow ? remainder + right : remainder) + 0;
      return (left - remainder) / right - (isBelow ? 1 : 0) + 0;
    }
    default:
      return Number.NaN;
  }
}

const MAX_BITS = 40_000;

const bitsOf = (value: bigint): number => value.toString(16).length * 4;

function bigArithmetic(
  operator: Operator,
  left: bigint,
  right: bigint,
  budget: Budget,
): number | bigint | Float {
  const isPower = operator === '**' && right > 0n;
  const size = isPower ? bitsOf(left) * Number(right) : bitsOf(left) + bitsOf(right);
  // 0, 1 and -1 stay small.
  if (size > MAX_BITS && !(isPower && left * left <= 1n))
    throw new UnsupportedError(
      `${operator}: expected numbers of at most ${MAX_BITS} bits, got one of ${size}`,
    );
  budget.work(1 + Math.ceil(Math.min(size, MAX_BITS) / 64));
  switch (operator) {
    case '+':
      return integer(left + right);
    case '-':
      return integer(left - right);
    case '*':
      return integer(left * right);
    case '/':
      return new Float(quotientOf(left, right));
    case '**':
      return right < 0n
        ? floatArithmetic('**', doubleOf(left), doubleOf(right), budget)
        : integer(left ** right);
    default: {
      if (right === 0n) throw new PythonError('ZeroDivisionError', 'integer division or modulo by zero');
      const remainder = left % right;
      const isBelow = remainder !== 0n && remainder < 0n !== right < 0n;
      if (operator === '%') return integer(isBelow ? remainder + right : remainder);
      return integer(left / right - (isBelow ? 1n : 0n));
    }
  }
}

/** The double nearest to the exact quotient. */
function quotientOf(left: bigint, right: bigint): number {
  if (right === 0n) throw new PythonError('ZeroDivisionError', 'division by zero');
  const isNegative = left < 0n !== right < 0n;
  const [above, below] = [left < 0n ? -left : left, right < 0n ? -right : right];
  // Enough bits that the last one may tell that there are more.
  const shift = BigInt(Math.max(0, 70 + bitsOf(below) - bitsOf(above)));
  const shifted = above << shift;
  const whole = shifted / below;
  let double = Number(shifted % below === 0n ? whole : whole | 1n);
  for (let left = Number(shift); left > 0; left -= 1000) double /= 2 ** Math.min(left, 1000);
  if (!Number.isFinite(double))
    throw new PythonError('OverflowError', 'integer division result too large for a float');
  return isNegative ? -double : double;
}

function floatArithmetic(operator: Operator, left: number, right: number, budget: Budget): Float {
  const isZero = right === 0;
  switch (operator) {
    case '+':
      return new Float(left + right);
    case '-':
      return new Float(left - right);
    case '*':
      return new Float(left * right);
    case '/':
      if (isZero) throw new PythonError('ZeroDivisionError', 'float division by zero');
      return new Float(left / right);
    case '**':
      budget.work(Math.min(64, Math.ceil(Math.abs(right))) * 4);
      return new Float(powerOf(left, right));
    default: {
      if (isZero)
        throw new PythonError(
          'ZeroDivisionError',
          operator === '%' ? 'float modulo' : 'float floor division by zero',
        );
      let remainder = left % right;
      let quotient = (left - remainder) / right;
      if (remainder === 0) {
        remainder = right < 0 ? -0 : 0;
      } else if (remainder < 0 !== right < 0) {
        remainder += right;
        quotient -= 1;
      }
      if (operator === '%') return new Float(remainder);
      if (quotient === 0) return new Float(left / right < 0 || Object.is(left / right, -0) ? -0 : 0);
      const floor = Math.floor(quotient);
      return new Float(quotient - floor > 0.5 ? floor + 1 : floor);
    }
  }
}

function powerOf(left: number, right: number): number {
  // In Python, as in C, 1 to any power is 1, and so is -1 to an endless one.
  if (left === 1 || (left === -1 && Math.abs(right) === Number.POSITIVE_INFINITY)) return 1;
  if (left === 0 && right < 0)
    throw new PythonError('ZeroDivisionError', '0.0 cannot be raised to a negative power');
  const power = Number.isFinite(left) ? exactPower(left, right) : left ** right;
  if (Number.isNaN(power) && left < 0 && !Number.isNaN(right))
    throw new UnsupportedError('**: expected a real number, got a complex one');
  if (!Number.isFinite(power) && Number.isFinite(left) && Number.isFinite(right))
    throw new PythonError('OverflowError', "(34, 'Numerical result out of range')");
  return power;
}

/** JavaScript's powers may miss the nearest double by one; small whole ones are worked out in full here. */
function exactPower(left: number, right: number): number {
  if (left > 0 && right === 0.5) return Math.sqrt(left);
  if (left === 0 || !Number.isInteger(right) || Math.abs(right) > 64) return left ** right;
  const [mantissa, power] = binaryParts(left);
  const count = BigInt(Math.abs(right));
  const digits = mantissa ** count;
  const shift = BigInt(power) * count;
  // A number is its digits times 2 to the shift; that one goes to the other side of the fraction where it is below 0.
  const [above, below] = shift < 0n ? [digits, 1n << -shift] : [digits << shift, 1n];
  const magnitude = right < 0 ? quotientOf(below, above) : quotientOf(above, below);
  return left < 0 && right % 2 !== 0 ? -magnitude : magnitude;
}

export function negate(value: Value): Value {
  if (value instanceof Undefined) return value.fail();
  if (value instanceof Float) return new Float(-value.value);
  if (typeof value === 'bigint') return integer(-value);
  if (typeof value === 'number' || typeof value === 'boolean') return 0 - Number(value);
  throw new PythonError('TypeError', `bad operand type for unary -: '${typeName(value)}'`);
}

export function positive(value: Value): Value {
  if (value instanceof Undefined) return value.fail();
  if (typeof value === 'boolean') return Number(value);
  if (isNumber(value)) return value;
  throw new PythonError('TypeError', `bad operand type for unary +: '${typeName(value)}'`);
}
