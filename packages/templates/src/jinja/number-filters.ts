/** Jinja's filters on numbers. */
import { bind, integerArgument, stringArgument, truthArgument } from './arguments.js';
import { negate } from './arithmetic.js';
import type { Budget } from './budget.js';
import type { Filter } from './evaluator.js';
import { floatDigits } from './float-digits.js';
import { PythonError } from './python-error.js';
import { roundTo, toFloat, toInteger } from './round.js';
import { stringOf } from './text.js';
import { floatText } from './to-text.js';
import { Float, isInteger, isText, typeName, Undefined } from './values.js';

export const numberFilters: Readonly<Record<string, Filter>> = {
  abs(value, given) {
    bind('abs', given, []);
    if (value instanceof Float) return new Float(Math.abs(value.value));
    if (value instanceof Undefined) return value.fail();
    if (typeof value === 'boolean') return Number(value);
    if (isInteger(value)) return value < 0 ? negate(value) : value;
    throw new PythonError('TypeError', `bad operand type for abs(): '${typeName(value)}'`);
  },
  int(value, given, { budget }) {
    const [fallback = 0, base = 10] = bind('int', given, ['default', 'base']);
    if (isText(value)) budget.work(stringOf(value).length);
    const whole = toInteger(value, isInteger(base) || typeof base === 'boolean' ? Number(base) : -1);
    return whole === undefined ? fallback : whole;
  },
  float(value, given, { budget }) {
    const [fallback = new Float(0)] = bind('float', given, ['default']);
    if (isText(value)) budget.work(stringOf(value).length);
    const number = toFloat(value);
    return number === undefined ? fallback : new Float(number);
  },
  round(value, given, { budget }) {
    const [precision = 0, method = 'common'] = bind('round', given, ['precision', 'method']);
    const places = precision === null ? undefined : integerArgument('round', precision);
    return roundTo(value, places, stringArgument('round', method), budget);
  },
  filesizeformat(value, given, { budget }) {
    const [binary] = bind('filesizeformat', given, ['binary']);
    const bytes = toFloat(value);
    if (bytes === undefined)
      throw new PythonError(isText(value) ? 'ValueError' : 'TypeError', 'filesizeformat: expected a number');
    return fileSize(bytes, truthArgument(binary), budget);
  },
};

const PREFIXES = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

function fileSize(bytes: number, isBinary: boolean, budget: Budget): string {
  const base = isBinary ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) {
    if (Number.isFinite(bytes)) return `${BigInt(Math.trunc(bytes))} Bytes`;
    throw new PythonError('OverflowError', 'cannot convert float infinity to integer');
  }
  // The exact unit, for not every power of 1000 is a double.
  const unitOf = (at: number): bigint => BigInt(base) ** BigInt(at + 2);
  const found = PREFIXES.findIndex((_, at) => bytes < unitOf(at));
  const at = found < 0 ? PREFIXES.length - 1 : found;
  const size = (base * bytes) / Number(unitOf(at));
  const number = Number.isFinite(size) ? floatDigits(size, 'f', { precision: 1 }, budget) : floatText(size);
  return `${number} ${isBinary ? `${PREFIXES[at]!.toUpperCase()}i` : PREFIXES[at]}B`;
}
