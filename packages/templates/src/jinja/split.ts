/** Python's ways to cut a text into several. */
import type { Budget } from './budget.js';
import { PythonError } from './python-error.js';
import { slicer, stringOf, type Text } from './text.js';
import { isSpace, skipSpace, skipSpaceBack } from './whitespace.js';

/** `split` and `rsplit`. @param separator whitespace when undefined; @param most cuts, all below 0 */
export function splitText(
  text: string | Text,
  separator: string | undefined,
  most: number,
  fromRight: boolean,
  budget: Budget,
): (string | Text)[] {
  const value = stringOf(text);
  budget.characters(value.length);
  const ranges: [number, number][] = [];
  const add: AddRange = (from, to) => {
    budget.work(WORK_PER_RANGE);
    ranges.push([from, to]);
  };
  if (separator === undefined) splitAtSpace(value, most, fromRight, add);
  else splitAt(value, separator, most, fromRight, add);
  if (fromRight) ranges.reverse();
  budget.items(ranges.length);
  if (typeof text !== 'string') budget.cuts(ranges.length);
  const cut = slicer(text);
  return ranges.map(([from, to]) => cut(from, to));
}

type AddRange = (from: number, to: number) => void;

/** A text of separators alone has as many parts as characters, and each costs more than looking at one. */
const WORK_PER_RANGE = 4;

function splitAt(value: string, separator: string, most: number, fromRight: boolean, add: AddRange): void {
  if (separator === '') throw new PythonError('ValueError', 'empty separator');
  let left = most < 0 ? Number.POSITIVE_INFINITY : most;
  if (fromRight) {
    let end = value.length;
    for (let at = value.length; left > 0 && end > 0; left -= 1) {
      at = value.lastIndexOf(separator, end - separator.length);
      if (at < 0 || end < separator.length) break;
      add(at + separator.length, end);
      end = at;
    }
    add(0, end);
    return;
  }
  let start = 0;
  for (; left > 0; left -= 1) {
    const at = value.indexOf(separator, start);
    if (at < 0) break;
    add(start, at);
    start = at + separator.length;
  }
  add(start, value.length);
}

function splitAtSpace(value: string, most: number, fromRight: boolean, add: AddRange): void {
  let left = most < 0 ? Number.POSITIVE_INFINITY : most;
  if (fromRight) {
    let end = skipSpaceBack(value, value.length);
    while (end > 0) {
      if (left === 0) {
        add(0, end);
        break;
      }
      let start = end;
      while (start > 0 && !isSpace(value[start - 1]!)) start -= 1;
      add(start, end);
      end = skipSpaceBack(value, start);
      left -= 1;
    }
    return;
  }
  let start = skipSpace(value, 0);
  while (start < value.length) {
    if (left === 0) {
      add(start, value.length);
      break;
    }
    let end = start;
    while (end < value.length && !isSpace(value[end]!)) end += 1;
    add(start, end);
    start = skipSpace(value, end);
    left -= 1;
  }
}

/** `splitlines`: Python ends lines at more characters than a line feed. */
export function splitLines(text: string | Text, keepEnds: boolean, budget: Budget): (string | Text)[] {
  const value = stringOf(text);
  budget.characters(value.length);
  const lines: (string | Text)[] = [];
  const cut = slicer(text);
  let from = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Python ends lines at these separators.
  for (const match of value.matchAll(/\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/g)) {
    const end = match.index + match[0].length;
    budget.work(WORK_PER_RANGE);
    if (typeof text !== 'string') budget.cuts(1);
    lines.push(cut(from, keepEnds ? end : match.index));
    from = end;
  }
  if (from < value.length) lines.push(cut(from, value.length));
  budget.items(lines.length);
  return lines;
}
