/**
 * Values as text: what `{{ }}` writes (Python's `str`), and how they stand inside of a list (Python's `repr`). The text
 * of a list or an object of a message is that message's, punctuation included.
 */
import type { Budget } from './budget.js';
import { PythonError, UnsupportedError } from './python-error.js';
import {
  concatAll,
  owned,
  type Source,
  slice,
  sourceReader,
  stringOf,
  type Text,
  withoutMarkup,
} from './text.js';
import {
  Callable,
  Dict,
  Float,
  isText,
  Loop,
  Namespace,
  Sequence,
  typeName,
  Undefined,
  type Value,
} from './values.js';

/** Python's `str(value)`; markup stays markup. */
export function toText(value: Value, budget: Budget): string | Text {
  if (isText(value)) return value;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Undefined) return '';
  const parts: (string | Text)[] = [];
  writeRepr(value, undefined, parts, budget, 0);
  return concatAll(parts);
}

/** Python's `repr` of a float: the shortest digits that give it back. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    const [digits = '', exponent = '0'] = value.toExponential().split('e');
    const size = String(Math.abs(Number(exponent))).padStart(2, '0');
    return `${digits}e${exponent.startsWith('-') ? '-' : '+'}${size}`;
  }
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const MAX_DEPTH = 200;

function writeRepr(
  value: Value,
  owner: Source | undefined,
  parts: (string | Text)[],
  budget: Budget,
  depth: number,
): void {
  budget.work(1);
  if (depth > MAX_DEPTH)
    throw new PythonError('RecursionError', `expected lists of at most ${MAX_DEPTH} levels, got more`);
  const write = (text: string): number => parts.push(owned(text, owner));
  if (isText(value)) return writeTextRepr(value, owner, parts, budget);
  if (value instanceof Undefined) return void write('Undefined');
  if (value instanceof Sequence && value.kind !== 'iterator') {
    const from = value.source ?? owner;
    const put = (text: string): number => parts.push(owned(text, from));
    if (value.kind === 'range') {
      const [start, stop, step] = value.bounds ?? [0, 0, 1];
      return void put(`range(${start}, ${stop}${step === 1 ? '' : `, ${step}`})`);
    }
    const [open, close] =
      value.kind === 'list' ? ['[', ']'] : value.kind === 'tuple' ? ['(', ')'] : [`${value.kind}([`, '])'];
    put(open);
    value.items.forEach((item, index) => {
      if (index > 0) put(', ');
      writeRepr(item, from, parts, budget, depth + 1);
    });
    put(value.kind === 'tuple' && value.items.length === 1 ? ',)' : close);
    return;
  }
  if (value instanceof Dict)
    return writeEntries(value.entries.values(), value.source ?? owner, parts, budget, depth);
  if (value instanceof Namespace) {
    parts.push('<Namespace ');
    writeEntries(value.values.entries(), undefined, parts, budget, depth);
    return void parts.push('>');
  }
  if (value instanceof Callable && value.kind === 'Macro') return void write(`<Macro ${reprOf(value.name)}>`);
  if (value instanceof Loop) return void write(`<LoopContext ${value.index + 1}/${value.items.length}>`);
  if (value instanceof Sequence || value instanceof Callable) {
    throw new UnsupportedError(
      `{{ }}: expected text, got a ${typeName(value)}, which Python writes with its address; write what it gives instead`,
    );
  }
  write(stringOf(toText(value, budget)));
}

function writeEntries(
  entries: Iterable<readonly [Value, Value]>,
  owner: Source | undefined,
  parts: (string | Text)[],
  budget: Budget,
  depth: number,
): void {
  const write = (text: string): number => parts.push(owned(text, owner));
  let count = 0;
  write('{');
  for (const [key, value] of entries) {
    if (count > 0) write(', ');
    count += 1;
    writeRepr(key, owner, parts, budget, depth + 1);
    write(': ');
    writeRepr(value, owner, parts, budget, depth + 1);
  }
  write('}');
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };
const UNPRINTABLE = /[\\]|(?! )[\p{C}\p{Z}]/gu;

function writeTextRepr(
  text: string | Text,
  owner: Source | undefined,
  parts: (string | Text)[],
  budget: Budget,
): void {
  const value = stringOf(text);
  budget.characters(2 * value.length);
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const escape = (character: string): string => {
    if (character === quote) return `\\${character}`;
    const known = ESCAPES[character];
    if (known !== undefined) return known;
    const hex = character.codePointAt(0)!.toString(16);
    return hex.length <= 2
      ? `\\x${hex.padStart(2, '0')}`
      : hex.length <= 4
        ? `\\u${hex.padStart(4, '0')}`
        : `\\U${hex.padStart(8, '0')}`;
  };
  const isMarkup = typeof text !== 'string' && text.isMarkup;
  parts.push(owned(isMarkup ? `Markup(${quote}` : quote, owner));
  const pattern =
    quote === "'" && value.includes("'") ? new RegExp(`'|${UNPRINTABLE.source}`, 'gu') : UNPRINTABLE;
  writeEscaped(withoutMarkup(text), pattern, escape, parts);
  parts.push(owned(isMarkup ? `${quote})` : quote, owner));
}

/** The `repr` of a plain text. */
export function reprOf(text: string): string {
  const parts: (string | Text)[] = [];
  writeTextRepr(text, undefined, parts, NO_BUDGET);
  return parts.map(stringOf).join('');
}
const NO_BUDGET = { work: () => {}, characters: () => {} } as unknown as Budget;

/** A text with some characters written otherwise; what stands for a character belongs where the character did. */
export function writeEscaped(
  text: string | Text,
  pattern: RegExp,
  escape: (found: string) => string,
  parts: (string | Text)[],
): void {
  const value = stringOf(text);
  if (value.search(pattern) < 0) {
    parts.push(text);
    return;
  }
  if (typeof text === 'string') {
    parts.push(value.replace(pattern, escape));
    return;
  }
  const sourceAt = sourceReader(text);
  let from = 0;
  for (const { 0: found, index } of value.matchAll(pattern)) {
    if (index > from) parts.push(slice(text, from, index));
    parts.push(owned(escape(found), sourceAt(index)));
    from = index + found.length;
  }
  parts.push(slice(text, from, value.length));
}
