import type { Budget } from './budget.js';
import { PythonError } from './python-error.js';
import { slice, stringOf, type Text } from './text.js';
import { Dict, isText, Loop, Sequence, typeName, Undefined, type Value } from './values.js';

/**
 * What Python would iterate over: a list's items, a dict's keys, a text's characters (code points), nothing of what is
 * not there. An iterator is used up.
 * @throws {PythonError} on what cannot be iterated over
 */
export function itemsOf(value: Value, budget: Budget): readonly Value[] {
  if (value instanceof Sequence) {
    const { items } = value;
    if (value.kind === 'iterator') value.items = [];
    return items;
  }
  if (value instanceof Dict) {
    budget.items(value.entries.size);
    return Array.from(value.entries.values(), ([key]) => key);
  }
  if (isText(value)) return charactersOf(value, budget);
  if (value instanceof Undefined && value.type === 'UndefinedError') return [];
  if (value instanceof Undefined) return value.fail();
  if (value instanceof Loop) return value.items.slice(value.index + 1);
  throw new PythonError('TypeError', `'${typeName(value)}' object is not iterable`);
}

/** The code points of a text, each with its origin. */
export function charactersOf(text: string | Text, budget: Budget): (string | Text)[] {
  const value = stringOf(text);
  budget.items(value.length);
  budget.work(value.length);
  if (typeof text === 'string') return [...value];
  const characters: (string | Text)[] = [];
  let at = 0;
  for (const { length, source, from, place } of text.pieces) {
    const end = at + length;
    const start = at;
    while (at < end) {
      const size = value.codePointAt(at)! > 0xffff ? 2 : 1;
      // A piece does not end inside of a pair, for pieces are cut between code points.
      if (source === undefined && place === undefined && !text.isMarkup)
        characters.push(value.slice(at, at + size));
      else
        characters.push(
          single(value.slice(at, at + size), text, {
            source,
            place,
            from: from < 0 ? -1 : from + at - start,
          }),
        );
      at += size;
    }
  }
  return characters;
}

function single(value: string, text: Text, origin: Omit<Text['pieces'][number], 'length'>): Text {
  return new (text.constructor as typeof Text)(value, [{ length: value.length, ...origin }], text.isMarkup);
}

const ASTRAL = /[\ud800-\udfff]/;

/** How many code points a text has: Python's `len`. */
export function lengthOf(value: string, budget: Budget): number {
  budget.characters(value.length);
  if (!ASTRAL.test(value)) return value.length;
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

/** UTF-16 offset of a code point's index, from 0 to the length. */
export function offsetAt(value: string, index: number): number {
  if (!ASTRAL.test(value)) return index;
  let at = 0;
  for (let count = 0; count < index && at < value.length; count += 1)
    at += value.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}

/** Index, in code points, of a UTF-16 offset. */
export function indexAt(value: string, offset: number): number {
  return ASTRAL.test(value) ? [...value.slice(0, offset)].length : offset;
}

/** Start and end of a slice of step 1, cut to the length, as Python cuts them. */
export function sliceRange(
  start: number | undefined,
  end: number | undefined,
  length: number,
): readonly [number, number] {
  const clip = (bound: number): number => Math.min(length, Math.max(0, bound < 0 ? bound + length : bound));
  const from = clip(start ?? 0);
  return [from, Math.max(from, clip(end ?? length))];
}

/** The items of a slice: Python's `items[start:end:step]`. */
export function sliceItems<T>(
  items: readonly T[],
  start: number | undefined,
  end: number | undefined,
  step: number,
): T[] {
  if (step === 1) return items.slice(...sliceRange(start, end, items.length));
  const { length } = items;
  const clip = (bound: number, least: number, most: number): number =>
    Math.min(most, Math.max(least, bound < 0 ? bound + length : bound));
  const picked: T[] = [];
  if (step > 0) {
    const to = end === undefined ? length : clip(end, 0, length);
    for (let at = start === undefined ? 0 : clip(start, 0, length); at < to; at += step)
      picked.push(items[at]!);
  } else {
    const to = end === undefined ? -1 : clip(end, -1, length - 1);
    for (let at = start === undefined ? length - 1 : clip(start, -1, length - 1); at > to; at += step)
      picked.push(items[at]!);
  }
  return picked;
}

/** Part of a text by code points. */
export function slicePoints(
  text: string | Text,
  start: number | undefined,
  end: number | undefined,
  step: number,
  budget: Budget,
): string | Text | undefined {
  const value = stringOf(text);
  if (step !== 1) return undefined;
  const [from, to] = sliceRange(start, end, lengthOf(value, budget));
  budget.characters(to - from);
  return slice(text, offsetAt(value, from), offsetAt(value, to));
}
