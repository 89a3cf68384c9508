import { TokenizationError } from './tokenization-error.js';
import type { Span } from './types.js';

/** Whether `[start, end)` of the text touches what must stay plain. */
export type TouchesPlain = (start: number, end: number) => boolean;

/**
 * The ranges in which a control token's text is only text. A match that reaches into one from outside is
 * plain too: else half a control token in the template and half in the user's words would make a whole one.
 * @param ranges in UTF-16 code units, in any order, may overlap
 * @throws {TokenizationError} if a range lies outside the text
 */
export function compilePlainRanges(ranges: readonly Span[], length: number): TouchesPlain {
  for (const { start, end } of ranges) {
    if (!(start >= 0 && start <= end && end <= length)) {
      throw new TokenizationError(
        `encode: expected plain ranges within the text's ${length} code units, got [${start}, ${end}); ` +
          'offsets count UTF-16 code units of this very text',
      );
    }
  }
  const merged = mergeRanges(ranges);
  if (merged.length === 0) return () => false;
  return (start, end) => {
    // The first range that ends after `start` is the only one that can be the first to touch.
    let low = 0;
    let high = merged.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (merged[middle]!.end > start) high = middle;
      else low = middle + 1;
    }
    return low < merged.length && merged[low]!.start < end;
  };
}

function mergeRanges(ranges: readonly Span[]): Span[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of ranges
    .filter((range) => range.start < range.end)
    .sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}
