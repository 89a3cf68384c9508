/** Python's `format(value, specification)`: widths, signs, digits, and groups of them. */
import { doubleOf } from './arithmetic.js';
import type { Budget } from './budget.js';
import { type FloatNotation, floatDigits } from './float-digits.js';
import { lengthOf, offsetAt } from './iterate.js';
import { PythonError } from './python-error.js';
import { concatAll, slice, stringOf, type Text, withoutMarkup } from './text.js';
import { floatText, toText } from './to-text.js';
import { Float, isNumber, isText, typeName, type Value } from './values.js';

interface Specification {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly hidesNegativeZero: boolean;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly kind: string;
}

const PATTERN =
  /^(?:(?<fill>.)(?<align>[<>=^])|(?<alone>[<>=^]))?(?<sign>[-+ ]?)(?<z>z?)(?<hash>#?)(?<zero>0?)(?<width>\d*)(?<grouping>[,_]*)(?:\.(?<precision>\d*))?(?<kind>.*)$/su;

const wrong = (message: string): PythonError => new PythonError('ValueError', message);

/** @throws {PythonError} where the value cannot be written like that */
export function formatValue(value: Value, specification: string, budget: Budget): string | Text {
  if (specification === '') return withoutMarkup(toText(value, budget));
  budget.characters(specification.length);
  if (isText(value)) return formatText(withoutMarkup(value), read(specification, '<'), budget);
  if (!isNumber(value))
    throw new PythonError('TypeError', `unsupported format string passed to ${typeName(value)}.__format__`);
  const given = read(specification, '>');
  budget.text(Math.max(given.width, given.precision ?? 0));
  return value instanceof Float || !'bcdnoxX'.includes(given.kind)
    ? formatReal(value, given, budget)
    : formatWhole(BigInt(value), given, budget);
}

function read(specification: string, usualAlign: string): Specification {
  const { fill, align, alone, sign, z, hash, zero, width, grouping, precision, kind } = PATTERN.exec(
    specification,
  )!.groups as Record<string, string | undefined>;
  if (precision === '') throw wrong('Format specifier missing precision');
  if (lengthOfKind(kind!) > 1) throw wrong('Invalid format specifier');
  if (grouping!.length > 1) throw wrong("Cannot specify both ',' and '_'.");
  if (grouping === ',' && 'bcnosxX'.includes(kind!) && kind !== '')
    throw wrong(`Cannot specify ',' with '${kind}'.`);
  if (grouping === '_' && 'cns'.includes(kind!) && kind !== '')
    throw wrong(`Cannot specify '_' with '${kind}'.`);
  const fillsZeros = zero === '0' && fill === undefined;
  return {
    fill: fill ?? (fillsZeros ? '0' : ' '),
    align: align ?? alone ?? (fillsZeros && usualAlign === '>' ? '=' : usualAlign),
    sign: sign!,
    hidesNegativeZero: z === 'z',
    alternate: hash === '#',
    width: Number(width),
    grouping: grouping!,
    precision: precision === undefined ? undefined : Number(precision),
    kind: kind!,
  };
}

const lengthOfKind = (kind: string): number => [...kind.slice(0, 4)].length;

function formatText(text: string | Text, given: Specification, budget: Budget): string | Text {
  const { kind, sign, alternate, hidesNegativeZero, grouping, align, precision, width } = given;
  if (kind !== '' && kind !== 's') throw wrong(`Unknown format code '${kind}' for object of type 'str'`);
  if (sign || alternate || hidesNegativeZero || grouping || align === '=')
    throw wrong('Sign, #, grouping and = are not allowed in string format specifier');
  const length = stringOf(text).length;
  const cut =
    precision === undefined ? text : slice(text, 0, offsetAt(stringOf(text), Math.min(precision, length)));
  budget.text(width);
  return aligned(cut, given, budget);
}

function aligned(text: string | Text, { fill, align, width }: Specification, budget: Budget): string | Text {
  const missing = width - lengthOf(stringOf(text), budget);
  if (missing <= 0) return text;
  budget.characters(width);
  const left = align === '<' ? 0 : align === '^' ? Math.floor(missing / 2) : missing;
  return concatAll([fill.repeat(left), text, fill.repeat(missing - left)]);
}

function formatWhole(value: bigint, given: Specification, budget: Budget): string | Text {
  const { kind, precision, sign, alternate, hidesNegativeZero } = given;
  if (precision !== undefined || hidesNegativeZero)
    throw wrong('Neither a precision nor z is allowed in integer format specifier');
  if (kind === 'c') {
    if (sign) throw wrong("Sign not allowed with integer format specifier 'c'");
    if (alternate) throw wrong("Alternate form (#) not allowed with integer format specifier 'c'");
    if (value < 0n || value >= 0x110000n)
      throw new PythonError('OverflowError', '%c arg not in range(0x110000)');
    return laidOut('', '', String.fromCodePoint(Number(value)), given, budget);
  }
  const radix = { b: 2, o: 8, x: 16, X: 16 }[kind];
  const magnitude = value < 0n ? -value : value;
  const digits = radix === undefined ? stringOf(toText(magnitude, budget)) : magnitude.toString(radix);
  const prefix = alternate && radix !== undefined ? `0${kind}` : '';
  const isCapital = kind === 'X';
  return laidOut(
    signOf(value < 0n, given) + prefix,
    isCapital ? digits.toUpperCase() : digits,
    '',
    given,
    budget,
  );
}

function formatReal(
  value: boolean | number | bigint | Float,
  given: Specification,
  budget: Budget,
): string | Text {
  const { kind, precision, alternate } = given;
  if (kind !== '' && !'eEfFgGn%'.includes(kind))
    throw wrong(`Unknown format code '${kind}' for object of type '${typeName(value)}'`);
  const number = doubleOf(value);
  const magnitude = Math.abs(kind === '%' ? number * 100 : number);
  budget.characters(precision ?? 0);
  let text: string;
  if (!Number.isFinite(magnitude)) text = floatText(magnitude);
  else if (kind === '' && precision === undefined) text = floatText(magnitude);
  else {
    const notation: FloatNotation =
      kind === '%' || kind.toLowerCase() === 'f' ? 'f' : kind.toLowerCase() === 'e' ? 'e' : 'g';
    const format = { precision: precision ?? 6, alternate, showsPoint: kind === '' };
    text = floatDigits(magnitude, notation, format, budget);
  }
  if (kind === '%') text += '%';
  if ('EFG'.includes(kind) && kind !== '') text = text.toUpperCase();
  const isZero = !/[1-9]/.test(text.split('e')[0]!) && Number.isFinite(magnitude);
  const isNegative = number < 0 || Object.is(number, -0);
  const digits = /^\d*/.exec(text)![0];
  return laidOut(
    signOf(isNegative && !(given.hidesNegativeZero && isZero), given),
    digits,
    text.slice(digits.length),
    given,
    budget,
  );
}

const signOf = (isNegative: boolean, { sign }: Specification): string =>
  isNegative ? '-' : sign === '-' ? '' : sign;

/** @param digits those before the point, which may be in groups; @param rest what comes behind them */
function laidOut(
  before: string,
  digits: string,
  rest: string,
  given: Specification,
  budget: Budget,
): string | Text {
  const { fill, align, width, grouping, kind } = given;
  const size = grouping === '_' && 'boxX'.includes(kind) && kind !== '' ? 4 : 3;
  const left = width - before.length - lengthOf(rest, budget);
  const isInside = align === '=';
  budget.characters(Math.max(0, left));
  const zeros =
    isInside && fill === '0' && digits !== '' ? missingDigits(digits.length, left, grouping, size) : 0;
  const all = '0'.repeat(zeros) + digits;
  if (grouping !== '') budget.items(all.length);
  const grouped = grouping === '' ? all : inGroups(all, size, grouping);
  if (!isInside) return aligned(before + grouped + rest, given, budget);
  return before + fill.repeat(Math.max(0, left - grouped.length)) + grouped + rest;
}

/** How many zeros make digits fill a width, separators included; rather one more than a separator in front. */
function missingDigits(length: number, width: number, grouping: string, size: number): number {
  if (grouping === '') return Math.max(0, width - length);
  const wanted = Math.ceil((Math.max(0, width) * size) / (size + 1));
  const widthOf = (count: number): number => count + Math.floor((count - 1) / size);
  let count = Math.max(length, wanted - 1);
  while (widthOf(count) < width) count += 1;
  return count - length;
}

function inGroups(digits: string, size: number, separator: string): string {
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= size) groups.push(digits.slice(Math.max(0, end - size), end));
  return groups.reverse().join(separator);
}
