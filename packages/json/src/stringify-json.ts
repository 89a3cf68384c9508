/** Values back as text: what was read is what is written. */
import { jsonEntries } from './json-value.js';
import { isDeeper, MAX_LEVELS } from './levels.js';

export interface StringifyOptions {
  /** Spaces of one level; absent: all on one line, with nothing between the tokens. */
  readonly indent?: number;
}

/**
 * The JSON of a value, whole numbers of any size and 8.0 included. Floats are written as Python writes them: 1e-06.
 * Fields that are undefined are left out.
 * @throws {TypeError} on what JSON has no form for, and on more levels than `parseJson` reads
 */
export function stringifyJson(value: unknown, { indent = 0 }: StringifyOptions = {}): string {
  if (isDeeper(value)) throw new TypeError(`stringifyJson: expected at most ${MAX_LEVELS} levels, got more`);
  return write(value, '');

  function write(inner: unknown, margin: string): string {
    if (inner === null || inner === undefined) return 'null';
    switch (typeof inner) {
      case 'string':
        return JSON.stringify(inner);
      case 'boolean':
      case 'bigint':
        return String(inner);
      case 'number':
        return Number.isSafeInteger(inner) ? String(inner) : floatText(inner);
      case 'object':
        if (inner instanceof Number) return floatText(inner.valueOf());
        return Array.isArray(inner) ? list(inner, margin) : object(inner, margin);
    }
    throw new TypeError(`stringifyJson: expected a value that JSON has, got a ${typeof inner}`);
  }

  function list(items: readonly unknown[], margin: string): string {
    const deeper = margin + ' '.repeat(indent);
    return enclosed(
      '[]',
      items.map((item) => write(item, deeper)),
      margin,
    );
  }

  function object(value: object, margin: string): string {
    const deeper = margin + ' '.repeat(indent);
    const separator = indent > 0 ? ': ' : ':';
    const fields = jsonEntries(value).filter(([, field]) => field !== undefined);
    return enclosed(
      '{}',
      fields.map(([key, field]) => JSON.stringify(key) + separator + write(field, deeper)),
      margin,
    );
  }

  function enclosed(brackets: string, parts: readonly string[], margin: string): string {
    const [open = '', close = ''] = brackets;
    if (parts.length === 0) return brackets;
    if (indent === 0) return open + parts.join(',') + close;
    const line = `\n${margin}${' '.repeat(indent)}`;
    return `${open}${line}${parts.join(`,${line}`)}\n${margin}${close}`;
  }
}

/**
 * Python's `repr` of a float: the fewest digits that give it back, with an exponent below 1e-4 and from 1e16 on.
 * @throws {TypeError} on NaN
 */
function floatText(value: number): string {
  if (Number.isNaN(value)) throw new TypeError('stringifyJson: expected a number, got NaN');
  // JSON has no infinity, but numbers that are read as one.
  if (!Number.isFinite(value)) return value > 0 ? '1e999' : '-1e999';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}
