import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByDefinition, randomMerges, tableOf, textsOver } from '../test/random-merges.js';
import { type MergePair, MergeTable } from './merge-table.js';
import { compileWordCuts } from './word-cuts.js';

function wordsOf(characters: readonly string[], merges: readonly MergePair[], text: string) {
  const words: string[] = [];
  compileWordCuts(merges, tableOf({ characters, merges }))?.(text, (word, at) => {
    expect(text.startsWith(word, at)).toBe(true);
    words.push(word);
  });
  return words;
}

describe('compileWordCuts', () => {
  const characters = ['a', 'b', '>', '😀', '▁'];

  it('cuts before each "▁" that begins a word, not within a run of them', () => {
    const merges = [
      ['▁', '▁'],
      ['▁', 'a'],
    ] as const;
    expect(wordsOf(characters, merges, '▁ab▁▁a▁b▁')).toEqual(['▁ab', '▁▁a', '▁b', '▁']);
    expect(wordsOf(characters, merges, 'ab')).toEqual(['ab']);
  });

  it('does not cut behind a character that a merge joins with a "▁"', () => {
    const merges = [
      ['▁', 'a'],
      ['b>', '▁a'],
      ['😀', '▁'],
    ] as const;
    expect(wordsOf(characters, merges, 'b▁a>▁a▁▁😀▁')).toEqual(['b', '▁a>▁a', '▁', '▁😀▁']);
  });

  it('does not cut where "▁", or what begins with it, may have no token', () => {
    const merges = [['▁', 'a']] as const;
    const without = (...texts: readonly string[]) =>
      compileWordCuts(merges, new MergeTable(new Map(texts.map((text, id) => [text, id])), merges));
    expect(without('a', '▁a')).toBeUndefined();
    expect(without('a', '▁')).toBeUndefined();
    expect(without('a', '▁', '▁a')).toBeDefined();
  });

  it('changes nothing of what the merges make, whatever they are', () => {
    let cuts = 0;
    fc.assert(
      fc.property(randomMerges(characters), textsOver([...characters, '▁', '?'], 24), ({ merges }, text) => {
        const words = wordsOf(characters, merges, text);
        cuts += words.length - 1;
        expect(words.flatMap((word) => mergeByDefinition(word, merges))).toEqual(
          mergeByDefinition(text, merges),
        );
      }),
      { numRuns: 1000 },
    );
    expect(cuts).toBeGreaterThan(1000);
  });
});
