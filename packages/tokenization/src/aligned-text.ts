/**
 * Text that knows where it came from. Normalizing replaces, joins and inserts characters; the map beside the
 * text says, for each UTF-16 code unit, which range of the original it stands for. Ranges never run
 * backwards. As long as only a prefix was written there is no map, only the offset: the common and fast case.
 */
import type { Span } from './types.js';

export interface AlignedText {
  readonly text: string;
  /** Without a map, code unit i stands for the original's [offset + i, offset + i + 1), as far as it is behind `floor`. */
  readonly offset: number;
  /** Where the original begins: the code units of a prefix stand for the empty range there. */
  readonly floor: number;
  readonly map: AlignmentMap | undefined;
}

/** Ranges in the original, absolute; an inserted code unit has an empty one. */
interface AlignmentMap {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export function unchangedText(text: string, offset: number): AlignedText {
  return { text, offset, floor: offset, map: undefined };
}

/** Start of what code unit `index` of the text stands for. */
export function originalStart({ map, offset, floor }: AlignedText, index: number): number {
  return map === undefined ? Math.max(floor, offset + index) : map.starts[index]!;
}

/** End of what code unit `index` of the text stands for. */
export function originalEnd({ map, offset, floor }: AlignedText, index: number): number {
  return map === undefined ? Math.max(floor, offset + index + 1) : map.ends[index]!;
}

export function sliceAligned(source: AlignedText, start: number, end: number): AlignedText {
  if (start === 0 && end === source.text.length) return source;
  const { map } = source;
  return {
    text: source.text.slice(start, end),
    offset: source.offset + start,
    floor: source.floor,
    map: map && { starts: map.starts.subarray(start, end), ends: map.ends.subarray(start, end) },
  };
}

/** What of the original `[start, end)` of the text stands for. An empty range stays empty. */
export function originalSpan(source: AlignedText, start: number, end: number): Span {
  if (start < end) return { start: originalStart(source, start), end: originalEnd(source, end - 1) };
  const { text, floor } = source;
  const at =
    start < text.length ? originalStart(source, start) : start > 0 ? originalEnd(source, start - 1) : floor;
  return { start: at, end: at };
}

/** Half-open range of the source, and what stands in its place. */
export interface Replacement extends Span {
  readonly text: string;
}

/**
 * Replaces ranges of a text. Each new code unit stands for the whole range it replaces: which part of
 * "e" + combining acute became "é" has no answer but "all of it".
 * @param replacements in order, not overlapping; an empty range inserts
 */
export function replaceRanges(source: AlignedText, replacements: readonly Replacement[]): AlignedText {
  if (replacements.length === 0) return source;
  const parts: string[] = [];
  let length = source.text.length;
  for (const { start, end, text } of replacements) length += text.length - (end - start);
  const starts = new Int32Array(length);
  const ends = new Int32Array(length);
  let read = 0;
  let write = 0;
  const keepUntil = (end: number) => {
    parts.push(source.text.slice(read, end));
    for (; read < end; read++, write++) {
      starts[write] = originalStart(source, read);
      ends[write] = originalEnd(source, read);
    }
  };
  for (const { start, end, text } of replacements) {
    keepUntil(start);
    parts.push(text);
    const span = originalSpan(source, start, end);
    starts.fill(span.start, write, write + text.length);
    ends.fill(span.end, write, write + text.length);
    write += text.length;
    read = end;
  }
  keepUntil(source.text.length);
  return { ...source, text: parts.join(''), map: { starts, ends } };
}

/** Writes `prefix` before the text; no character of the original stands behind it. */
export function prependText(source: AlignedText, prefix: string): AlignedText {
  if (source.text === '') return source;
  if (source.map) return replaceRanges(source, [{ start: 0, end: 0, text: prefix }]);
  return { ...source, text: prefix + source.text, offset: source.offset - prefix.length };
}
