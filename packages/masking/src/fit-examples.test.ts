import { describe, expect, test } from 'vitest';
import { exampleOf } from '../test/hand-made.js';
import { fitExamples } from './fit-examples.js';
import { MaskingError } from './masking-error.js';

const short = exampleOf(10, [0, 0, 1, 1]);
const long = exampleOf(20, [0, 0, 0, 1, 0.5, 1]);
const late = exampleOf(30, [0, 0, 0, 0, 1]);
const empty = exampleOf(40, [0, 0]);

test('drop: what is longer than a row, and what has nothing to learn', () => {
  expect(fitExamples([short, long, empty, late], { length: 4 })).toEqual({
    kept: [short],
    origins: [0],
    dropped: [
      { index: 1, reason: 'overlong' },
      { index: 2, reason: 'nothing-supervised' },
      { index: 3, reason: 'overlong' },
    ],
    truncated: [],
  });
});

describe('truncate', () => {
  test('cuts at the end of the row and puts no end of sequence there', () => {
    const { kept, origins, truncated } = fitExamples([long, short], { length: 5, overlong: 'truncate' });
    expect(kept[0]).toEqual({
      inputIds: Int32Array.of(20, 21, 22, 23, 24),
      labels: Int32Array.of(-100, -100, -100, 23, 24),
      weights: Float32Array.of(0, 0, 0, 1, 0.5),
      supervisedTokens: 2,
    });
    expect({ origins, truncated }).toEqual({ origins: [0, 1], truncated: [0] });
  });

  test('an example whose answer is cut away is dropped and counted', () => {
    const { kept, dropped, truncated } = fitExamples([late, empty], { length: 4, overlong: 'truncate' });
    expect({ kept, dropped, truncated }).toEqual({
      kept: [],
      dropped: [
        { index: 0, reason: 'answer-cut-away' },
        { index: 1, reason: 'nothing-supervised' },
      ],
      truncated: [],
    });
  });

  test('more than the example carries stays on it', () => {
    const { kept } = fitExamples([{ ...long, name: 'a' }], { length: 4, overlong: 'truncate' });
    expect(kept[0]?.name).toBe('a');
  });
});

test('error: names the example and both lengths', () => {
  const fitting = () => fitExamples([short, long], { length: 4, overlong: 'error' });
  expect(fitting).toThrow(MaskingError);
  expect(fitting).toThrow(
    'fitExamples: example 1 has 6 tokens, and a row holds 4; make rows longer, or set overlong to drop or truncate',
  );
  expect(fitExamples([long], { length: 6, overlong: 'error' }).kept).toEqual([long]);
});

test('a row length that is no length is refused', () => {
  expect(() => fitExamples([], { length: 0 })).toThrow(
    'expected a whole number of at least 1 as length, got 0',
  );
});
