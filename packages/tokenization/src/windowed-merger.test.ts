import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByDefinition, partsOf, randomMerges, tableOf, textsOver } from '../test/random-merges.js';
import { readModelFile } from '../test/rust-oracle.js';
import { MergeTable, readMerges } from './merge-table.js';
import { PairMerger } from './pair-merger.js';
import { WindowedMerger } from './windowed-merger.js';

const CHARACTERS = ['a', 'b', '😀'];

describe('WindowedMerger', () => {
  it('does as the definition says, whatever the merges and the windows', () => {
    let inWindows = 0;
    const sizes = fc.record({
      width: fc.integer({ min: 2, max: 32 }),
      overlap: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(
        randomMerges(CHARACTERS),
        textsOver([...CHARACTERS, '?'], 30),
        sizes,
        (random, text, size) => {
          const merged = new WindowedMerger(tableOf(random), size).merge(text);
          if (text.length > size.width && !(merged instanceof PairMerger)) inWindows++;
          expect(partsOf(merged, text)).toEqual(mergeByDefinition(text, random.merges));
        },
      ),
      { numRuns: 2000 },
    );
    expect(inWindows).toBeGreaterThan(500);
  });

  it('merges at once where no two windows fit together', () => {
    // Each two neighbours of (ab)…(ab) merge further, up to the whole text: the windows are always too short.
    const texts = ['ab', 'abab', 'abababab'];
    const merges = [['a', 'b'], ...texts.slice(0, 2).map((text) => [text, text])] as [string, string][];
    const merged = new WindowedMerger(tableOf({ characters: ['a', 'b'], merges }), {
      width: 4,
      overlap: 1,
    }).merge('ab'.repeat(4));
    expect(merged).toBeInstanceOf(PairMerger);
    expect(partsOf(merged, 'ab'.repeat(4))).toEqual(['abababab']);
  });

  describe('with merges of a real vocabulary', () => {
    const { vocab, merges } = readModelFile('llama2').model as {
      vocab: Record<string, number>;
      merges: readonly unknown[];
    };
    const table = new MergeTable(new Map(Object.entries(vocab)), readMerges(merges));
    const whole = new PairMerger(table);
    const windowed = new WindowedMerger(table);
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48271) % 0x7fffffff;
      return seed % below;
    };
    const letters = Array.from({ length: 20_000 }, () => String.fromCharCode(97 + random(26))).join('');
    const ideographs = Array.from({ length: 20_000 }, () => String.fromCharCode(0x4e00 + random(5000))).join(
      '',
    );

    it.each([
      ['one letter', 'a'.repeat(20_000)],
      ['spaces', '▁'.repeat(20_000)],
      ['random letters', letters],
      ['ideographs', ideographs],
      ['two letters', 'ab'.repeat(10_000)],
    ])('windows fit together, and merge to the same: %s', (_, text) => {
      const merged = windowed.merge(text);
      expect(merged).not.toBeInstanceOf(PairMerger);
      whole.merge(text);
      const symbols = ({ symbols: all, count }: typeof merged) => [...all.subarray(0, count)];
      expect(symbols(merged)).toEqual(symbols(whole));
      expect(partsOf(merged, text)).toEqual(partsOf(whole, text));
    });
  });
});
