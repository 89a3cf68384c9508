import { headCrossEntropy } from '../ops/head-cross-entropy.js';
import { mul } from '../ops/mul.js';
import { constant } from '../trace.js';
import { type ConformanceCase, defineCase, floats, integers, numbers } from './conformance-case.js';
import { COMPOSED } from './tolerances.js';

const hidden = floats([7, 5], 700);
const weight = floats([11, 5], 701);
const labels = integers([7], [3, 0, 10, 4, 4, 7, 0]);
/** Rows 2 and 6 are padding. */
const weights = numbers([7], [0.25, 0.125, 0, 0.5, 0.25, 1, 0]);

export const lossCases: readonly ConformanceCase[] = [
  // Chunks that fit evenly, that leave a remainder, of one row, and larger than all rows.
  ...[7, 3, 2, 1, 128].map((chunkRows) =>
    defineCase({
      name: `headCrossEntropy of 7 rows in chunks of ${chunkRows}`,
      inputs: { hidden, weight, labels, weights },
      body: ({ hidden, weight, labels, weights }) =>
        headCrossEntropy(hidden, weight, labels, weights, { chunkRows }),
      differentiate: ['hidden', 'weight'],
      tolerance: COMPOSED,
    }),
  ),
  defineCase({
    name: 'headCrossEntropy scaled after the fact',
    inputs: { hidden, weight, labels, weights },
    body: ({ hidden, weight, labels, weights }) => ({
      loss: mul(headCrossEntropy(hidden, weight, labels, weights, { chunkRows: 4 }).loss, constant(-3)),
    }),
    differentiate: ['hidden', 'weight'],
    tolerance: COMPOSED,
  }),
  defineCase({
    name: 'headCrossEntropy by the hidden states only',
    inputs: { hidden, weight, labels, weights },
    body: ({ hidden, weight, labels, weights }) =>
      headCrossEntropy(hidden, weight, labels, weights, { chunkRows: 4 }),
    differentiate: ['hidden'],
    tolerance: COMPOSED,
  }),
  defineCase({
    name: 'headCrossEntropy of one row',
    inputs: {
      hidden: floats([1, 3], 702),
      weight: floats([2, 3], 703),
      labels: integers([1], [1]),
      weights: numbers([1], [1]),
    },
    body: ({ hidden, weight, labels, weights }) => headCrossEntropy(hidden, weight, labels, weights),
    differentiate: ['hidden', 'weight'],
    tolerance: COMPOSED,
  }),
  defineCase({
    name: 'headCrossEntropy of logits in the hundreds',
    inputs: {
      hidden: floats([3, 4], 704, -20, 20),
      weight: floats([9, 4], 705, -20, 20),
      labels: integers([3], [0, 5, 8]),
      weights: numbers([3], [1, 1, 1]),
    },
    body: ({ hidden, weight, labels, weights }) => headCrossEntropy(hidden, weight, labels, weights),
    tolerance: COMPOSED,
  }),
  defineCase({
    name: 'headCrossEntropy over 300 tokens, the likeliest of each row elsewhere',
    inputs: {
      hidden: floats([4, 3], 706),
      weight: floats([300, 3], 707),
      labels: integers([4], [299, 0, 150, 17]),
      weights: numbers([4], [0.25, 0.5, 0, 1]),
    },
    body: ({ hidden, weight, labels, weights }) => headCrossEntropy(hidden, weight, labels, weights),
    differentiate: ['hidden', 'weight'],
    tolerance: COMPOSED,
  }),
  defineCase({
    name: 'headCrossEntropy counts the first of equally likely tokens, 250 apart',
    inputs: {
      hidden: numbers([2, 1], [1, -1]),
      weight: numbers(
        [300, 1],
        Array.from({ length: 300 }, (_, i) =>
          i === 40 || i === 290 ? 2 : i === 17 || i === 34 ? -1 : 0.01 * (i % 7),
        ),
      ),
      labels: integers([2], [40, 17]),
      weights: numbers([2], [1, 1]),
    },
    body: ({ hidden, weight, labels, weights }) => headCrossEntropy(hidden, weight, labels, weights),
    tolerance: COMPOSED,
  }),
  defineCase({
    name: 'headCrossEntropy counts the first of equally likely tokens',
    inputs: {
      hidden: numbers([3, 2], [1, 2, 1, 2, 1, 2]),
      weight: numbers([4, 2], [0, 1, 3, 1, -1, 0, 3, 1]),
      labels: integers([3], [1, 3, 1]),
      weights: numbers([3], [1, 1, 0]),
    },
    body: ({ hidden, weight, labels, weights }) => headCrossEntropy(hidden, weight, labels, weights),
    tolerance: COMPOSED,
  }),
];
