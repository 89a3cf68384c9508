import { UnsupportedError } from './python-error.js';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const DAY = 86_400_000;

/** A number with its usual width; `-` before a directive's letter takes the padding off. */
type Numeric = readonly [value: number, width: number, padding?: ' '];

const numbers: Readonly<Record<string, (date: Date) => Numeric>> = {
  Y: (date) => [date.getFullYear(), 1],
  C: (date) => [Math.floor(date.getFullYear() / 100), 2],
  y: (date) => [date.getFullYear() % 100, 2],
  m: (date) => [date.getMonth() + 1, 2],
  d: (date) => [date.getDate(), 2],
  e: (date) => [date.getDate(), 2, ' '],
  j: (date) => [dayOfYear(date) + 1, 3],
  H: (date) => [date.getHours(), 2],
  k: (date) => [date.getHours(), 2, ' '],
  I: (date) => [date.getHours() % 12 || 12, 2],
  l: (date) => [date.getHours() % 12 || 12, 2, ' '],
  M: (date) => [date.getMinutes(), 2],
  S: (date) => [date.getSeconds(), 2],
  u: (date) => [date.getDay() || 7, 1],
  w: (date) => [date.getDay(), 1],
  U: (date) => [Math.floor((dayOfYear(date) + 7 - date.getDay()) / 7), 2],
  W: (date) => [Math.floor((dayOfYear(date) + 7 - ((date.getDay() + 6) % 7)) / 7), 2],
  V: (date) => [Math.floor(dayOfYear(thursday(date)) / 7) + 1, 2],
  G: (date) => [thursday(date).getFullYear(), 1],
  g: (date) => [thursday(date).getFullYear() % 100, 2],
};

const texts: Readonly<Record<string, (date: Date) => string>> = {
  '%': () => '%',
  n: () => '\n',
  t: () => '\t',
  A: (date) => DAYS[date.getDay()]!,
  a: (date) => DAYS[date.getDay()]!.slice(0, 3),
  B: (date) => MONTHS[date.getMonth()]!,
  b: (date) => MONTHS[date.getMonth()]!.slice(0, 3),
  h: (date) => MONTHS[date.getMonth()]!.slice(0, 3),
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  P: (date) => (date.getHours() < 12 ? 'am' : 'pm'),
  f: (date) => `${String(date.getMilliseconds()).padStart(3, '0')}000`,
};

/** Directives that stand for others. */
const LONG: Readonly<Record<string, string>> = {
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  R: '%H:%M',
  T: '%H:%M:%S',
  r: '%I:%M:%S %p',
  c: '%a %b %e %H:%M:%S %Y',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

/**
 * Python's `strftime` in the C locale and local time. Not the host's language: the text is part of what a model learns.
 * @throws {UnsupportedError} on a directive that is not known
 */
export function strftime(date: Date, format: string): string {
  return format.replace(/%(-?)(.?)/gsu, (directive, flag: string, letter: string) => {
    const number = numbers[letter]?.(date);
    if (number) {
      const [value, width, padding = '0'] = number;
      return flag === '-' ? String(value) : String(value).padStart(width, padding);
    }
    if (flag === '' && texts[letter]) return texts[letter](date);
    if (flag === '' && LONG[letter] !== undefined) return strftime(date, LONG[letter]);
    const known = [...Object.keys(texts), ...Object.keys(numbers), ...Object.keys(LONG)];
    const listed = known.map((key) => `%${key}`).join(' ');
    throw new UnsupportedError(`strftime_now: expected one of ${listed}, got ${directive}`);
  });
}

/** From 0. */
function dayOfYear(date: Date): number {
  const day = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day - Date.UTC(date.getFullYear(), 0, 1)) / DAY);
}

/** The Thursday of a date's week: the week belongs to its year. */
function thursday(date: Date): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 4 - (date.getDay() || 7));
}
