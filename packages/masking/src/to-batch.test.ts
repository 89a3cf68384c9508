import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleOf } from '../test/hand-made.js';
import { pack } from './pack.js';
import { packRows } from './pack-rows.js';
import { toBatch } from './to-batch.js';
import { type Batch, IGNORE_INDEX } from './types.js';

const no = IGNORE_INDEX;

test('by hand: two segments, a shift by one, padding behind them and a row of nothing else', () => {
  const examples = [exampleOf(10, [0, 0, 1]), exampleOf(20, [0, 0.5, 1, 0])];
  const rows = [{ examples: [1, 0], tokens: 7 }];
  const batch = toBatch(examples, rows, { length: 9, batchRows: 2 });
  const inTwo = (values: ArrayLike<number>) => [Array.from(values).slice(0, 9), Array.from(values).slice(9)];
  expect(inTwo(batch.inputIds)[0]).toEqual([20, 21, 22, 23, 10, 11, 12, 0, 0]);
  expect(inTwo(batch.positions)).toEqual([
    [0, 1, 2, 3, 0, 1, 2, 0, 1],
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
  ]);
  expect(inTwo(batch.segmentIds)).toEqual([[0, 0, 0, 0, 1, 1, 1, -1, -1], Array(9).fill(-1)]);
  expect(inTwo(batch.targets)).toEqual([[21, 22, no, no, no, 12, no, no, no], Array(9).fill(no)]);
  expect(inTwo(batch.weights)).toEqual([[0.5, 1, 0, 0, 0, 1, 0, 0, 0], Array(9).fill(0)]);
  expect(batch).toMatchObject({
    rows: 2,
    length: 9,
    supervisedTokens: 3,
    supervisedWeight: 2.5,
    totalTokens: 7,
    examples: [1, 0],
  });
});

test('a padding id that equals the end of sequence hides no target: padding is known by position', () => {
  // Ids 0, 1, 2: the example ends with the id that padding has, too.
  const example = {
    inputIds: Int32Array.of(5, 6, 0),
    labels: Int32Array.of(no, 6, 0),
    weights: Float32Array.of(0, 1, 1),
    supervisedTokens: 2,
  };
  const batch = toBatch([example], [{ examples: [0], tokens: 3 }], { length: 5 });
  expect([...batch.targets]).toEqual([6, 0, no, no, no]);
  expect([...batch.segmentIds]).toEqual([0, 0, 0, -1, -1]);
});

test('a weight on a first token, which no label reaches, is not in the sum that the loss is divided by', () => {
  const examples = [exampleOf(10, [5, 0, 1]), exampleOf(20, [7, 2])];
  const { weights, targets, supervisedWeight } = toBatch(examples, packRows(examples, { length: 5 }), {
    length: 5,
  });
  expect([...targets]).toEqual([no, 12, no, 21, no]);
  expect([...weights]).toEqual([0, 1, 0, 2, 0]);
  expect(supervisedWeight).toBe(3);
});

describe('whatever is packed', () => {
  const problem = fc.record({
    all: fc.array(fc.array(fc.constantFrom(0, 0.5, 1, 2), { minLength: 1, maxLength: 11 }), {
      minLength: 1,
      maxLength: 30,
    }),
    length: fc.integer({ min: 12, max: 40 }),
    batchRows: fc.integer({ min: 1, max: 4 }),
    packing: fc.boolean(),
    seed: fc.option(fc.integer(), { nil: undefined }),
  });

  /** Each segment of each row, cut out of the batches again. */
  function segments(batches: readonly Batch[]) {
    return batches.flatMap((batch) => {
      const found: { example: number; at: number; end: number; batch: Batch }[] = [];
      for (let at = 0; at < batch.inputIds.length; at++) {
        if (batch.segmentIds[at] === -1 || batch.positions[at] !== 0) continue;
        let end = at + 1;
        while (end % batch.length !== 0 && batch.segmentIds[end] === batch.segmentIds[at]) end += 1;
        found.push({ example: batch.examples[found.length]!, at, end, batch });
      }
      return found;
    });
  }

  test('every example comes back whole, with each target inside its own segment', () => {
    fc.assert(
      fc.property(problem, ({ all, length, batchRows, packing, seed }) => {
        const examples = all.map((weights, i) => exampleOf(1000 * (i + 1), [0, ...weights.slice(1), 1]));
        const order = seed === undefined ? {} : { order: { seed, epoch: 0 } };
        const batches = [...pack(examples, { length, batchRows, packing, ...order })];
        const found = segments(batches);
        expect(found.map(({ example }) => example).sort((a, b) => a - b)).toEqual(examples.map((_, i) => i));
        for (const { example, at, end, batch } of found) {
          const { inputIds, labels, weights } = examples[example]!;
          expect(batch.inputIds.slice(at, end)).toEqual(inputIds);
          expect([...batch.positions.slice(at, end)]).toEqual([...inputIds.keys()]);
          expect([...batch.targets.slice(at, end)]).toEqual([...labels.slice(1), no]);
          expect([...batch.weights.slice(at, end)]).toEqual([...weights.slice(1), 0]);
        }
      }),
    );
  });

  test('the sums are those of the examples, and of what stands in the arrays', () => {
    fc.assert(
      fc.property(problem, ({ all, length, batchRows, packing }) => {
        const examples = all.map((weights) => exampleOf(7, [0, ...weights.slice(1), 1]));
        const batches = [...pack(examples, { length, batchRows, packing })];
        const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
        for (const batch of batches) {
          expect(batch.inputIds).toHaveLength(batchRows * length);
          expect(batch.supervisedTokens).toBe(batch.targets.filter((target) => target !== no).length);
          expect(batch.supervisedWeight).toBe(sum(batch.weights));
          expect(batch.totalTokens).toBe(batch.segmentIds.filter((segment) => segment >= 0).length);
          expect(batch.targets.every((target, t) => (target === no) === (batch.weights[t] === 0))).toBe(true);
        }
        expect(sum(batches.map(({ supervisedTokens }) => supervisedTokens))).toBe(
          sum(examples.map(({ supervisedTokens }) => supervisedTokens)),
        );
      }),
    );
  });
});

test('all batches of an epoch have one shape, the last one too', () => {
  const examples = [1, 2, 3].map((i) => exampleOf(10 * i, [0, 1, 1]));
  const batches = [...pack(examples, { length: 4, batchRows: 2 })];
  expect(batches.map(({ rows, totalTokens, examples: order }) => ({ rows, totalTokens, order }))).toEqual([
    { rows: 2, totalTokens: 6, order: [0, 1] },
    { rows: 2, totalTokens: 3, order: [2] },
  ]);
});

test('what does not fit is refused', () => {
  const examples = [exampleOf(10, [0, 1, 1])];
  const rows = packRows(examples, { length: 3 });
  expect(() => toBatch(examples, rows, { length: 2 })).toThrow('toBatch: expected a row of at most 2 tokens');
  expect(() => toBatch(examples, [...rows, ...rows], { length: 3, batchRows: 1 })).toThrow(
    'expected at most 1 rows, got 2',
  );
  expect(() => toBatch([], rows, { length: 3 })).toThrow('toBatch: expected an example 0, got 0 examples');
  expect(() => [...pack(examples, { length: 3, batchRows: 0 })]).toThrow('of at least 1 as batchRows, got 0');
});
