import { TokenizationError } from './tokenization-error.js';

/** Part of a text: `whole.startsWith(text, start)`. */
export interface Segment {
  readonly text: string;
  readonly start: number;
}

/**
 * A text cut at boundaries, without empty parts.
 * @param boundaries in UTF-16 code units, in any order, may repeat
 * @throws {TokenizationError} if a boundary lies outside the text or inside a character
 */
export function cutAt(text: string, boundaries: readonly number[]): readonly Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  for (const end of [...boundaries.toSorted((a, b) => a - b), text.length]) {
    if (!(Number.isInteger(end) && end >= 0 && end <= text.length) || isInsideCharacter(text, end)) {
      throw new TokenizationError(
        `encode: expected boundaries between characters within the text's ${text.length} code units, got ${end}; ` +
          'offsets count UTF-16 code units of this very text',
      );
    }
    if (end > start) segments.push({ text: text.slice(start, end), start });
    start = end;
  }
  return segments;
}

function isInsideCharacter(text: string, at: number): boolean {
  return at > 0 && at < text.length && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
