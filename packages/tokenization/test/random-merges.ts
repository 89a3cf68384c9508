/** Random BPE vocabularies, and merging as its definition says, slowly. For tests only. */
import fc from 'fast-check';
import { type MergePair, MergeTable } from '../src/merge-table.js';
import type { MergedText } from '../src/pair-merger.js';

export interface RandomMerges {
  readonly characters: readonly string[];
  readonly merges: readonly MergePair[];
}

/**
 * Merges over a few characters, in any order: such as make their parts later than themselves (as SentencePiece's do), or
 * never, or join the same pair twice, or make one text of several pairs.
 */
export function randomMerges(characters: readonly string[]): fc.Arbitrary<RandomMerges> {
  return fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 24 }).chain((choices) => {
    const texts = [...characters];
    const grown = choices.map(([left, right]): MergePair => {
      const pair = [texts[left % texts.length]!, texts[right % texts.length]!] as const;
      if (pair[0].length + pair[1].length <= 12) texts.push(pair[0] + pair[1]);
      return pair;
    });
    return fc.oneof(fc.constant(grown), fc.shuffledSubarray(grown)).map((merges) => ({ characters, merges }));
  });
}

/** Texts over the characters of a vocabulary, long runs among them. */
export function textsOver(characters: readonly string[], maxParts: number): fc.Arbitrary<string> {
  const part = fc.tuple(
    fc.constantFrom(...characters),
    fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 9 })),
  );
  return fc
    .array(part, { maxLength: maxParts, size: 'max' })
    .map((parts) => parts.map(([character, times]) => character.repeat(times)).join(''));
}

/** The table of merges whose vocabulary holds all that they make, characters first. */
export function tableOf({ characters, merges }: RandomMerges): MergeTable {
  const texts = new Set([...characters, ...merges.flatMap(([left, right]) => [left, right, left + right])]);
  return new MergeTable(new Map([...texts].map((text, id) => [text, id])), merges);
}

/** Of the neighbours that a merge joins, those of the lowest rank, the leftmost of equals, are joined until none is left. */
export function mergeByDefinition(text: string, merges: readonly MergePair[]): readonly string[] {
  const ranks = new Map(merges.map((pair, rank) => [JSON.stringify(pair), rank]));
  const symbols = [...text];
  for (;;) {
    let best = { rank: Number.POSITIVE_INFINITY, at: 0 };
    for (let at = 0; at + 1 < symbols.length; at++) {
      const rank = ranks.get(JSON.stringify([symbols[at], symbols[at + 1]])) ?? Number.POSITIVE_INFINITY;
      if (rank < best.rank) best = { rank, at };
    }
    if (best.rank === Number.POSITIVE_INFINITY) return symbols;
    symbols.splice(best.at, 2, symbols[best.at]! + symbols[best.at + 1]!);
  }
}

/** The symbols' parts of the text. */
export function partsOf({ ends, count }: MergedText, text: string): readonly string[] {
  return Array.from(ends.subarray(0, count), (end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end));
}
