import type { Budget } from './budget.js';
import { concatAll, isMarkup, owned, slicer, sourceReader, stringOf, type Text } from './text.js';

/**
 * Python's `replace`. What is put in belongs to whom it says; where it says nothing, to whom the replaced text belonged.
 * @param most replacements, all below 0
 */
export function replaceText(
  text: string | Text,
  old: string,
  put: string | Text,
  most: number,
  budget: Budget,
): string | Text {
  const value = stringOf(text);
  budget.characters(value.length);
  const places = old === '' ? emptyPlaces(value) : foundPlaces(value, old);
  const used = most < 0 ? places : places.slice(0, most);
  if (used.length === 0) return text;
  budget.work(used.length);
  budget.text(value.length + used.length * (stringOf(put).length - old.length));
  if (typeof text === 'string' && typeof put === 'string' && most < 0 && old !== '')
    return value.replaceAll(old, () => put);
  budget.items(used.length);
  const sourceAt = sourceReader(text);
  const cut = slicer(text);
  const parts: (string | Text)[] = [];
  let from = 0;
  for (const at of used) {
    parts.push(cut(from, at));
    parts.push(typeof put === 'string' && old !== '' ? owned(put, sourceAt(at)) : put);
    from = at + old.length;
  }
  parts.push(cut(from, value.length));
  return concatAll(parts, isMarkup(text));
}

function foundPlaces(value: string, old: string): number[] {
  const places: number[] = [];
  for (let at = value.indexOf(old); at >= 0; at = value.indexOf(old, at + old.length)) places.push(at);
  return places;
}

/** Before each code point, and at the end. */
function emptyPlaces(value: string): number[] {
  const places: number[] = [];
  for (let at = 0; at < value.length; at += value.codePointAt(at)! > 0xffff ? 2 : 1) places.push(at);
  return [...places, value.length];
}
