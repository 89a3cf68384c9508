/**
 * Text that knows where it came from. Normalizing replaces, joins and inserts characters; the map beside the
 * text says, for each UTF-16 code unit, which range of the original it stands for. Ranges never run
 * backwards. As long as nothing has changed there is no map, only the offset: the common and fast case.
 */
import type { Span } from './types.js';

export interface AlignedText {
  readonly text: string;
  /** Without a map, code unit i stands for the original's [offset + i, offset + i + 1). */
  readonly offset: number;
  readonly map: AlignmentMap | undefined;
}

/** Ranges in the original, absolute; an inserted code unit has an empty one. */
interface AlignmentMap {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export function unchangedText(text: string, offset: number): AlignedText {
  return { text, offset, map: undefined };
}

export function sliceAligned(source: AlignedText, start: number, end: number): AlignedText {
  if (start === 0 && end === source.text.length) return source;
  const { map } = source;
  return {
    text: source.text.slice(start, end),
    offset: source.offset + start,
    map: map && { starts: map.starts.subarray(start, end), ends: map.ends.subarray(start, end) },
  };
}

/** What of the original `[start, end)` of the text stands for. An empty range stays empty. */
export function originalSpan(source: AlignedText, start: number, end: number): Span {
  const { map, offset } = source;
  if (map === undefined) return { start: offset + start, end: offset + end };
  if (start < end) return { start: map.starts[start]!, end: map.ends[end - 1]! };
  const at = start < map.starts.length ? map.starts[start]! : (map.ends[start - 1] ?? offset);
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
      starts[write] = source.map ? source.map.starts[read]! : source.offset + read;
      ends[write] = source.map ? source.map.ends[read]! : source.offset + read + 1;
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
  return { text: parts.join(''), offset: source.offset, map: { starts, ends } };
}

/** Writes `prefix` before the text; no character of the original stands behind it. */
export function prependText(text: AlignedText, prefix: string): AlignedText {
  return text.text === '' ? text : replaceRanges(text, [{ start: 0, end: 0, text: prefix }]);
}
