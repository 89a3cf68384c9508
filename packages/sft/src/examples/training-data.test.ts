import type { MaskedExample } from '@sftkit/masking';
import { describe, expect, test } from 'vitest';
import { evaluationBatches, trainingData } from './training-data.js';

/** An example whose last `supervised` of `length` tokens are learnt. */
function example(length: number, supervised: number): MaskedExample {
  const inputIds = Int32Array.from({ length }, (_, at) => at + 1);
  const isSupervised = (at: number) => at >= length - supervised;
  return {
    inputIds,
    labels: inputIds.map((id, at) => (isSupervised(at) ? id : -100)),
    weights: Float32Array.from({ length }, (_, at) => (isSupervised(at) ? 1 : 0)),
    supervisedTokens: supervised,
  };
}

const examples = [8, 7, 3, 3, 2, 5, 4, 6, 2, 2].map((length) => example(length, length - 1));
const common = { length: 8, packing: true, rows: 2, accumulation: 2, seed: 5 };

describe.each([
  ['rows', common],
  ['examples', { ...common, examples: 4 }],
])('steps of %s', (_, options) => {
  const data = trainingData(examples, options);
  const epoch = (number: number) =>
    Array.from({ length: data.stepsPerEpoch }, (_, step) => data.batches(number, step));

  test('every epoch has every example once, in an order of its own that is the same when computed again', () => {
    const seen = [0, 1].map((number) =>
      epoch(number)
        .flat()
        .flatMap((batch) => batch.examples),
    );
    for (const order of seen)
      expect([...order].sort((a, b) => a - b)).toEqual(examples.map((_, index) => index));
    expect(seen[0]).not.toEqual(seen[1]);
    expect(trainingData(examples, options).batches(1, 0)).toEqual(data.batches(1, 0));
  });

  test('all batches have one shape, and none holds more supervised tokens than was said', () => {
    const batches = [0, 1, 2].flatMap((number) => epoch(number).flat());
    expect(new Set(batches.map(({ rows, length }) => `${rows}x${length}`))).toEqual(new Set(['2x8']));
    expect(data.maxSupervised(3)).toBe(Math.max(...batches.map(({ supervisedTokens }) => supervisedTokens)));
  });
});

test('a step of so many examples holds exactly these, the last what is left', () => {
  const data = trainingData(examples, { ...common, examples: 4 });
  const counts = [0, 1, 2].map((step) => data.batches(0, step).flatMap((batch) => batch.examples).length);
  expect(counts).toEqual([4, 4, 2]);
});

test('evaluation sees every example once', () => {
  const { batches, capacity } = evaluationBatches(examples, common);
  expect([...batches].flatMap((batch) => batch.examples)).toHaveLength(10);
  // Again: one evaluation is not the last.
  expect([...batches]).toHaveLength(batches.length);
  expect(capacity).toBeLessThanOrEqual(16);
  for (const { supervisedTokens } of batches) expect(supervisedTokens).toBeLessThanOrEqual(capacity);
  const none = evaluationBatches([], common).batches;
  expect([none.length, ...none]).toEqual([0]);
});
