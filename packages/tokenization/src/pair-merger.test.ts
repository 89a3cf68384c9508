import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByDefinition, partsOf, randomMerges, tableOf, textsOver } from '../test/random-merges.js';
import { NONE } from './merge-table.js';
import { PairMerger } from './pair-merger.js';

describe('PairMerger', () => {
  it('merges the lowest rank first, and the leftmost of equals', () => {
    const merges = [
      ['b', 'c'],
      ['a', 'b'],
      ['a', 'a'],
    ] as const;
    const merger = new PairMerger(tableOf({ characters: ['a', 'b', 'c'], merges }));
    const parts = (text: string) => {
      merger.merge(text);
      return partsOf(merger, text);
    };
    expect(parts('abc')).toEqual(['a', 'bc']);
    expect(parts('aaab')).toEqual(['aa', 'ab']);
    expect(parts('aaa')).toEqual(['aa', 'a']);
    expect(parts('')).toEqual([]);
  });

  it('takes part of a text, and gives a character without a symbol as NONE', () => {
    const merger = new PairMerger(tableOf({ characters: ['a'], merges: [['a', 'a']] }));
    merger.merge('aa?😀aaa', 1, 6);
    expect([...merger.symbols.subarray(0, merger.count)]).toEqual([0, NONE, NONE, 0]);
    expect([...merger.ends.subarray(0, merger.count)]).toEqual([2, 3, 5, 6]);
  });

  it('does as the definition says, whatever the merges', () => {
    const characters = ['a', 'b', '😀'];
    fc.assert(
      fc.property(randomMerges(characters), textsOver([...characters, '?'], 20), (random, text) => {
        const table = tableOf(random);
        const merger = new PairMerger(table);
        merger.merge(text);
        const parts = partsOf(merger, text);
        expect(parts).toEqual(mergeByDefinition(text, random.merges));
        const known = parts.map((part) => (part === '?' ? NONE : table.texts.indexOf(part)));
        expect([...merger.symbols.subarray(0, merger.count)]).toEqual(known);
      }),
      { numRuns: 1000 },
    );
  });
});
