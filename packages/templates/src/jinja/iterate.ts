import type { Budget } from './budget.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { stringOf, Text } from './text.js';
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
  if (value instanceof Undefined) return [];
  if (value instanceof Loop)
    throw new UnsupportedError(
      'expected a list, got loop, which would go on with the loop that it belongs to',
    );
  throw new PythonError('TypeError', `'${typeName(value)}' object is not iterable`);
}

/** Takes the first items out of an iterator. */
export function useUp(iterator: Sequence, count: number, budget: Budget): void {
  const left = iterator.items.length - count;
  if (left > 0) budget.items(left);
  iterator.items = iterator.items.slice(count);
}

/** The code points of a text, each with its origin; those of markup are plain texts. */
export function charactersOf(text: string | Text, budget: Budget): (string | Text)[] {
  const value = stringOf(text);
  budget.items(value.length);
  budget.work(value.length);
  if (typeof text === 'string') return [...value];
  budget.cuts(value.length);
  const characters: (string | Text)[] = [];
  let at = 0;
  for (const { length, source, from, place } of text.pieces) {
    const end = at + length;
    const start = at;
    while (at < end) {
      const size = value.codePointAt(at)! > 0xffff ? 2 : 1;
      const character = value.slice(at, at + size);
      // A piece does not end inside of a pair, for pieces are cut between code points.
      if (source === undefined && place === undefined) characters.push(character);
      else {
        const first = from < 0 ? -1 : from + at - start;
        characters.push(new Text(character, [{ length: size, source, from: first, place }]));
      }
      at += size;
    }
  }
  return characters;
}

const ASTRAL = /[\ud800-\udfff]/;

/** How many code points a text has: Python's `len`. */
export function lengthOf(value: string, budget: Budget): number {
  budget.characters(value.length);
  return indexAt(value, value.length);
}

/** UTF-16 offset of a code point's index, from 0 to the length. */
export function offsetAt(value: string, index: number): number {
  if (!ASTRAL.test(value)) return Math.min(index, value.length);
  let at = 0;
  for (let count = 0; count < index && at < value.length; count += 1)
    at += value.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}

/** Index, in code points, of a UTF-16 offset. */
export function indexAt(value: string, offset: number): number {
  if (!ASTRAL.test(value)) return offset;
  let count = 0;
  for (let at = 0; at < offset; at += value.codePointAt(at)! > 0xffff ? 2 : 1) count += 1;
  return count;
}

/** Start and end of a slice of step 1, cut to the length, as Python cuts them. */
export function sliceRange(
  start: number | undefined,
  end: number | undefined,
  length: number,
): readonly [number, number] {
  const [from, to] = sliceIndices(start, end, 1, length);
  return [from, Math.max(from, to)];
}

/** The indices that a slice goes through: from the first one, up or down to before the second one. */
export function sliceIndices(
  start: number | undefined,
  end: number | undefined,
  step: number,
  length: number,
): readonly [number, number] {
  const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
  const clip = (bound: number): number => Math.min(most, Math.max(least, bound < 0 ? bound + length : bound));
  return [
    start === undefined ? (step > 0 ? least : most) : clip(start),
    end === undefined ? (step > 0 ? most : least) : clip(end),
  ];
}

/** The items of a slice: Python's `items[start:end:step]`. */
export function sliceItems<T>(
  items: readonly T[],
  start: number | undefined,
  end: number | undefined,
  step: number,
): T[] {
  if (step === 1) return items.slice(...sliceRange(start, end, items.length));
  const [first, last] = sliceIndices(start, end, step, items.length);
  const picked: T[] = [];
  for (let at = first; step > 0 ? at < last : at > last; at += step) picked.push(items[at]!);
  return picked;
}
