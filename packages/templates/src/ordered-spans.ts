/** Spans in the order of the text that do not overlap, as a rendering's sources: looked up without going through all. */
import type { Span } from './types.js';

/** Index of the first span that begins at or after an offset. */
export function lowerBound(spans: readonly Span[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The spans that have a character between two offsets: whose text a stretch of a rendering is. @param spans in order, not overlapping */
export function overlapping<T extends Span>(spans: readonly T[], start: number, end: number): T[] {
  let at = lowerBound(spans, start);
  if (at > 0 && spans[at - 1]!.end > start) at -= 1;
  const found: T[] = [];
  for (; at < spans.length && spans[at]!.start < end; at++) found.push(spans[at]!);
  return found;
}
