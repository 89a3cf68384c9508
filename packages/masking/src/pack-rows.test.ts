import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleOf } from '../test/hand-made.js';
import { packRows } from './pack-rows.js';
import type { MaskedExample } from './types.js';

/** Examples of these lengths; the last token is supervised. */
const ofLengths = (lengths: readonly number[]): MaskedExample[] =>
  lengths.map((length, i) => exampleOf(100 * i, [...Array<number>(length - 1).fill(0), 1]));

test('by hand: the longest first, each into the fullest row that holds it', () => {
  // 7; 6; 5; 4 to the 6, which is then full; 3 to the 7, full; 2 to the 5.
  expect(packRows(ofLengths([2, 7, 3, 6, 4, 5]), { length: 10 })).toEqual([
    { examples: [1, 2], tokens: 10 },
    { examples: [3, 4], tokens: 10 },
    { examples: [5, 0], tokens: 7 },
  ]);
});

test('rows without room are refused', () => {
  for (const length of [0, -1, 2.5, Number.NaN])
    expect(() => packRows([], { length }), String(length)).toThrow(/packRows: expected .*length/);
});

test('without packing, one example a row in the order given', () => {
  expect(packRows(ofLengths([2, 7, 3]), { length: 10, packing: false })).toEqual([
    { examples: [0], tokens: 2 },
    { examples: [1], tokens: 7 },
    { examples: [2], tokens: 3 },
  ]);
});

/** The same rule in its plainest words, O(n^2); of rows that are equally full, the one filled last. */
function plainBestFit(lengths: readonly number[], length: number): number[][] {
  const rows: number[][] = []; // the one filled last stands first
  const used = (row: readonly number[]) => row.reduce((sum, size) => sum + size, 0);
  for (const size of [...lengths].sort((a, b) => b - a)) {
    const best = rows.filter((row) => used(row) + size <= length).sort((a, b) => used(b) - used(a))[0] ?? [];
    const place = rows.indexOf(best);
    if (place >= 0) rows.splice(place, 1);
    rows.unshift([...best, size]);
  }
  return rows;
}

describe('whatever the lengths', () => {
  const problem = fc.integer({ min: 2, max: 70 }).chain((length) =>
    fc.record({
      length: fc.constant(length),
      lengths: fc.array(fc.integer({ min: 2, max: length }), { maxLength: 60 }),
    }),
  );

  test('nothing is lost, doubled or split, and no row overflows', () => {
    fc.assert(
      fc.property(problem, fc.boolean(), ({ length, lengths }, packing) => {
        const rows = packRows(ofLengths(lengths), { length, packing });
        const all = rows.flatMap(({ examples }) => examples).sort((a, b) => a - b);
        expect(all).toEqual(lengths.map((_, i) => i));
        for (const { examples, tokens } of rows) {
          expect(tokens).toBe(examples.reduce((sum, i) => sum + lengths[i]!, 0));
          expect(tokens).toBeLessThanOrEqual(length);
        }
      }),
    );
  });

  test('the rows are those of the plain rule', () => {
    const inOrder = (rows: readonly (readonly number[])[]) => rows.map((row) => row.join()).sort();
    fc.assert(
      fc.property(problem, ({ length, lengths }) => {
        const rows = packRows(ofLengths(lengths), { length });
        const sizes = rows.map(({ examples }) => examples.map((i) => lengths[i]!));
        expect(inOrder(sizes)).toEqual(inOrder(plainBestFit(lengths, length)));
      }),
    );
  });
});

test('100,000 examples pack tightly and in O(n log n)', () => {
  const lengths = Array.from({ length: 100_000 }, (_, i) => 20 + ((i * 7919) % 1000));
  // Only lengths matter here, so all examples are views of one.
  const ids = new Int32Array(1020);
  const example = exampleOf(0, [0, 1]);
  const examples = lengths.map((length) => ({ ...example, inputIds: ids.subarray(0, length) }));
  const started = performance.now();
  const rows = packRows(examples, { length: 2048 });
  // 0.1 to 0.2 s on two cores; the plain rule would take minutes. The limit only tells the two apart.
  expect(performance.now() - started).toBeLessThan(10_000);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  expect(tokens / (rows.length * 2048)).toBeGreaterThan(0.99);
});

describe('what cannot be packed', () => {
  test('an example longer than the row', () => {
    expect(() => packRows(ofLengths([4, 11]), { length: 10 })).toThrow(
      'packRows: expected at most 10 tokens in example 1, got 11; drop or cut it with fitExamples',
    );
  });

  test('an example with nothing to learn', () => {
    expect(() => packRows([exampleOf(0, [0, 0])], { length: 10 })).toThrow(
      'packRows: expected a supervised token in example 0, got none; drop it with fitExamples',
    );
  });
});
