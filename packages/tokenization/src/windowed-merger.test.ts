import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByDefinition, partsOf, randomMerges, tableOf, textsOver } from '../test/random-merges.js';
import { readModelFile } from '../test/rust-oracle.js';
import { MergeTable, readMerges } from './merge-table.js';
import { PairMerger } from './pair-merger.js';
import { WindowedMerger } from './windowed-merger.js';

describe('WindowedMerger', () => {
  it('does as the definition says, whatever the merges and the windows', () => {
    const characters = ['a', 'b', '😀'];
    const sizes = fc.record({
      width: fc.integer({ min: 2, max: 24 }),
      overlap: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(
        randomMerges(characters),
        textsOver([...characters, '?'], 30),
        sizes,
        (random, text, size) => {
          const merged = new WindowedMerger(tableOf(random), size).merge(text);
          expect(partsOf(merged, text)).toEqual(mergeByDefinition(text, random.merges));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
