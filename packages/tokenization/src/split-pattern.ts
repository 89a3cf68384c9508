/** Cutting a text at the matches of a pattern, in the five ways of tokenizer.json's `Split`. */
import { searched } from './compile-pattern.js';
import { TokenizationError } from './tokenization-error.js';
import { describe } from './tokenizer-json.js';

/**
 * Hands on the pieces of a text in order, none of them empty, each with its place: `text.startsWith(piece, at)`, in
 * UTF-16 code units. Lists of them would be garbage a moment later.
 */
export type Splitter = (text: string, take: (piece: string, at: number) => void) => void;

/** What becomes of a match: dropped, a piece of its own, joined to its neighbours of the same kind, or to one side. */
export type SplitBehavior = 'Removed' | 'Isolated' | 'Contiguous' | 'MergedWithPrevious' | 'MergedWithNext';

interface Part {
  readonly start: number;
  end: number;
  readonly matched: boolean;
}

/** @throws {TokenizationError} for a behaviour that tokenizer.json does not have */
export function splitBehavior(value: unknown): SplitBehavior {
  // The files write 'MergedWithPrevious'; some tools write it in lower case.
  const known = ['Removed', 'Isolated', 'Contiguous', 'MergedWithPrevious', 'MergedWithNext'] as const;
  const found = known.find((name) => name.toLowerCase() === String(value).toLowerCase());
  if (found) return found;
  throw new TokenizationError(
    `tokenizer.json: pre_tokenizer: expected behavior ${known.join(', ')}, got ${describe(value)}`,
  );
}

/**
 * @param pattern global
 * @param invert the pattern describes what is kept, not what is cut at
 */
export function splitAt(pattern: RegExp, behavior: SplitBehavior, invert = false): Splitter {
  return (text, take) => {
    if (behavior === 'Isolated') {
      // Patterns of language models match everything; then the matches alone are the pieces.
      const pieces: readonly string[] = searched(text, () => text.match(pattern)) ?? [];
      let covered = 0;
      for (const piece of pieces) covered += piece.length;
      if (covered === text.length) {
        let at = 0;
        for (const piece of pieces) {
          if (piece !== '') take(piece, at);
          at += piece.length;
        }
        return;
      }
    }
    const parts = searched(text, () => cut(text, pattern, invert));
    for (const { start, end } of arrange(parts, behavior)) {
      take(text.slice(start, end), start);
    }
  };
}

/** Cuts the pieces of one step once more. */
export function splitAgain(finer: Splitter, coarse: Splitter): Splitter {
  return (text, take) => coarse(text, (piece, start) => finer(piece, (part, at) => take(part, start + at)));
}

/** All of the text in parts, the matches and what lies between them. */
function cut(text: string, pattern: RegExp, invert: boolean): Part[] {
  const parts: Part[] = [];
  let previous = 0;
  const add = (start: number, end: number, matched: boolean) => {
    if (start < end) parts.push({ start, end, matched: matched !== invert });
  };
  for (const { 0: match, index } of text.matchAll(pattern)) {
    add(previous, index, false);
    add(index, index + match.length, true);
    previous = index + match.length;
  }
  add(previous, text.length, false);
  return parts;
}

function arrange(parts: Part[], behavior: SplitBehavior): Part[] {
  switch (behavior) {
    case 'Isolated':
      return parts;
    case 'Removed':
      return parts.filter((part) => !part.matched);
    case 'Contiguous':
      return join(parts, (left, right) => left.matched === right.matched);
    case 'MergedWithPrevious':
      return join(parts, (left, right) => right.matched && !left.matched);
    case 'MergedWithNext':
      return join(parts, (left, right) => left.matched && !right.matched);
  }
}

/** Joins neighbours; `belong` sees the two parts that touch, as they were cut. */
function join(parts: readonly Part[], belong: (left: Part, right: Part) => boolean): Part[] {
  const joined: Part[] = [];
  parts.forEach((part, index) => {
    const last = joined.at(-1);
    if (last && belong(parts[index - 1]!, part)) last.end = part.end;
    else joined.push({ ...part });
  });
  return joined;
}
