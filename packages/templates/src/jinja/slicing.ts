/** `value[start:end:step]` */
import type { Budget } from './budget.js';
import { charactersOf, lengthOf, offsetAt, sliceItems, sliceRange } from './iterate.js';
import { PythonError } from './python-error.js';
import { sliceOfRange } from './range.js';
import { concatAll, isMarkup, slice, stringOf, type Text } from './text.js';
import { isInteger, isText, Sequence, typeName, Undefined, type Value } from './values.js';
import { strippedRange } from './whitespace.js';

/**
 * @param bounds undefined where there is none
 * @throws {PythonError} on what cannot be sliced, or not like this
 */
export function sliceOf(value: Value, bounds: readonly (Value | undefined)[], budget: Budget): Value {
  if (value instanceof Undefined) return value.fail();
  const isSliced =
    isText(value) || (value instanceof Sequence && ['list', 'tuple', 'range'].includes(value.kind));
  if (!isSliced) throw new PythonError('TypeError', `'${typeName(value)}' object is not subscriptable`);
  const [from, to, step] = bounds.map(bound);
  const by = step ?? 1;
  if (by === 0) throw new PythonError('ValueError', 'slice step cannot be zero');
  if (isText(value)) {
    if (by === 1) return pointsOf(value, from, to, budget);
    return concatAll(sliceItems(charactersOf(value, budget), from, to, by), isMarkup(value));
  }
  if (value.kind === 'range') return sliceOfRange(value, from, to, by, budget);
  const items = sliceItems(value.items, from, to, by);
  budget.items(items.length);
  return new Sequence(items, value.kind, value.source);
}

function bound(value: Value | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (isInteger(value) || typeof value === 'boolean') return Number(value);
  throw new PythonError('TypeError', 'slice indices must be integers or None or have an __index__ method');
}

/** Python's `strip` and its one-sided forms. @param characters to take off; whitespace when absent */
export function stripText(
  text: string | Text,
  side: Parameters<typeof strippedRange>[1],
  characters: string | undefined,
  budget: Budget,
): string | Text {
  const value = stringOf(text);
  budget.characters(value.length + (characters?.length ?? 0));
  const [start, end] = strippedRange(value, side, characters);
  // Characters that are taken off are looked at one by one.
  budget.work(Math.ceil((value.length - (end - start)) / 8));
  return slice(text, start, end);
}

/** A part of a text, by code points. */
function pointsOf(
  text: string | Text,
  start: number | undefined,
  end: number | undefined,
  budget: Budget,
): string | Text {
  const value = stringOf(text);
  const [from, to] = sliceRange(start, end, lengthOf(value, budget));
  budget.characters(to - from);
  return slice(text, offsetAt(value, from), offsetAt(value, to));
}
