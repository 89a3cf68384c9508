/**
 * Values as text: what `{{ }}` writes (Python's `str`), and how they stand inside of a list (Python's `repr`). The text
 * of a list or an object of a message is that message's, punctuation included.
 */
import type { Budget } from './budget.js';
import { Macro } from './macro.js';
import { PythonError, UnsupportedError } from './python-error.js';
import {
  concatAll,
  owned,
  type Source,
  slicer,
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
  if (typeof value === 'number') return String(value);
  if (typeof value === 'bigint') return integerText(value);
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Undefined) return '';
  return reprText(value, budget);
}

/** Python's `repr(value)`. */
export function reprText(value: Value, budget: Budget): string | Text {
  const parts: (string | Text)[] = [];
  writeRepr(value, undefined, parts, budget, 0);
  return concatAll(parts);
}

/** Python's `ascii`, of what `repr` wrote: other characters as escapes. */
export function asciiText(text: string | Text, budget: Budget): string | Text {
  budget.characters(2 * stringOf(text).length);
  const parts: (string | Text)[] = [];
  writeEscaped(text, /[^ -~]/gu, escapeOf, parts, budget);
  return concatAll(parts);
}

const MAX_DIGITS = 4300;

function integerText(value: bigint): string {
  const text = String(value);
  if (text.length > MAX_DIGITS + (value < 0n ? 1 : 0))
    throw new PythonError(
      'ValueError',
      `Exceeds the limit (${MAX_DIGITS} digits) for integer string conversion`,
    );
  return text;
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
/** A value becomes several texts: its quotes, what separates it from the next. */
export const WORK_PER_VALUE = 8;

/** @param owner of the punctuation, and of what has no source itself */
function writeRepr(
  value: Value,
  owner: Source | undefined,
  parts: (string | Text)[],
  budget: Budget,
  depth: number,
): void {
  budget.work(WORK_PER_VALUE);
  if (depth > MAX_DEPTH)
    throw new PythonError('RecursionError', `expected lists of at most ${MAX_DEPTH} levels, got more`);
  if (isText(value)) writeTextRepr(value, owner, parts, budget);
  else if (value instanceof Sequence && value.kind !== 'iterator' && value.kind !== 'range')
    writeItems(value, parts, value.source ?? owner, budget, depth);
  else if (value instanceof Dict)
    writeEntries(value.entries.values(), value.source ?? owner, parts, budget, depth);
  else if (value instanceof Namespace) {
    parts.push('<Namespace ');
    writeEntries(value.values.entries(), undefined, parts, budget, depth);
    parts.push('>');
  } else parts.push(owned(simpleRepr(value, budget), owner));
}

function simpleRepr(value: Value, budget: Budget): string {
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof Loop) return `<LoopContext ${value.index + 1}/${value.items.length}>`;
  if (value instanceof Sequence && value.kind === 'range') {
    const [start, stop, step] = value.bounds ?? [0, 0, 1];
    return `range(${start}, ${stop}${step === 1 ? '' : `, ${step}`})`;
  }
  if (value instanceof Macro)
    return `<Macro ${value.name === '' ? 'anonymous' : stringOf(reprText(value.name, budget))}>`;
  if (value instanceof Callable && value.kind === 'TemplateReference') return '<TemplateReference None>';
  if (value instanceof Sequence || value instanceof Callable) {
    throw new UnsupportedError(
      `{{ }}: expected text, got a ${typeName(value)}, which Python writes with its address; write what it gives instead`,
    );
  }
  return stringOf(toText(value, budget));
}

function writeItems(
  { kind, items }: Sequence,
  parts: (string | Text)[],
  owner: Source | undefined,
  budget: Budget,
  depth: number,
): void {
  const [open, close] = kind === 'list' ? ['[', ']'] : kind === 'tuple' ? ['(', ')'] : [`${kind}([`, '])'];
  parts.push(owned(open, owner));
  items.forEach((item, index) => {
    if (index > 0) parts.push(owned(', ', owner));
    writeRepr(item, owner, parts, budget, depth + 1);
  });
  parts.push(owned(kind === 'tuple' && items.length === 1 ? ',)' : close, owner));
}

function writeEntries(
  entries: Iterable<readonly [Value, Value]>,
  owner: Source | undefined,
  parts: (string | Text)[],
  budget: Budget,
  depth: number,
): void {
  let before = '{';
  for (const [key, value] of entries) {
    parts.push(owned(before, owner));
    before = ', ';
    writeRepr(key, owner, parts, budget, depth + 1);
    parts.push(owned(': ', owner));
    writeRepr(value, owner, parts, budget, depth + 1);
  }
  parts.push(owned(before === '{' ? '{}' : '}', owner));
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };
const UNPRINTABLE = /[\\]|(?! )[\p{C}\p{Z}]/gu;

/** A character's number, as Python spells it. */
function escapeOf(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function writeTextRepr(
  text: string | Text,
  owner: Source | undefined,
  parts: (string | Text)[],
  budget: Budget,
): void {
  const value = stringOf(text);
  budget.characters(2 * value.length);
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const escapeQuoted = (character: string): string =>
    character === quote ? `\\${character}` : (ESCAPES[character] ?? escapeOf(character));
  const isMarkup = typeof text !== 'string' && text.isMarkup;
  parts.push(owned(isMarkup ? `Markup(${quote}` : quote, owner));
  const pattern =
    quote === "'" && value.includes("'") ? new RegExp(`'|${UNPRINTABLE.source}`, 'gu') : UNPRINTABLE;
  writeEscaped(withoutMarkup(text), pattern, escapeQuoted, parts, budget);
  parts.push(owned(isMarkup ? `${quote})` : quote, owner));
}

/** A text with some characters written otherwise; what stands for a character belongs where the character did. */
export function writeEscaped(
  text: string | Text,
  pattern: RegExp,
  replacement: (found: string) => string,
  parts: (string | Text)[],
  budget: Budget,
): void {
  const value = stringOf(text);
  if (value.search(pattern) < 0) {
    parts.push(text);
    return;
  }
  const replaced = (found: string): string => {
    budget.work(1);
    return replacement(found);
  };
  if (typeof text === 'string') {
    parts.push(value.replace(pattern, replaced));
    return;
  }
  const sourceAt = sourceReader(text);
  const cut = slicer(text);
  let from = 0;
  for (const { 0: found, index } of value.matchAll(pattern)) {
    if (index > from) parts.push(cut(from, index));
    parts.push(owned(replaced(found), sourceAt(index)));
    from = index + found.length;
  }
  parts.push(cut(from, value.length));
}
