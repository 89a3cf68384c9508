import { expect, test } from 'vitest';
import { exampleOf } from '../test/hand-made.js';
import { fitExamples } from './fit-examples.js';
import { formatReport, summarize } from './mask-report.js';
import { packRows } from './pack-rows.js';

const report = (length: number) => {
  const examples = [
    { ...exampleOf(0, [0, 1, 1]), straddlingTokens: 2 },
    exampleOf(10, [0, 0, 0, 1]),
    exampleOf(20, [0, 0, 0, 0, 1]),
    exampleOf(30, [0, 0]),
  ];
  const options = { policy: 'assistant', overlong: 'truncate', length } as const;
  const fitted = fitExamples(examples, options);
  return summarize(fitted, packRows(fitted.kept, options), options);
};

test('the numbers', () => {
  expect(report(4)).toEqual({
    policy: 'assistant',
    overlong: 'truncate',
    examples: 4,
    kept: 2,
    dropped: { overlong: 0, 'nothing-supervised': 1, 'answer-cut-away': 1 },
    truncated: 0,
    tokens: 7,
    supervisedTokens: 3,
    supervisedShare: 3 / 7,
    straddlingTokens: 2,
    rows: 2,
    length: 4,
    packingEfficiency: 7 / 8,
  });
});

test('the paragraph', () => {
  expect(formatReport(report(4))).toBe(
    'Policy assistant: 2 of 4 examples kept, 2 dropped (1 with nothing to learn, 1 with the answer cut away), 0 truncated. 3 of 7 tokens supervised (42.9 %), 2 straddling a border. Rows of 4 tokens: 2, 87.5 % full.',
  );
});

test('a data set of which nothing is left has shares of 0, not of NaN', () => {
  const options = { policy: 'all', overlong: 'drop', length: 4 } as const;
  const empty = summarize(fitExamples([], options), [], options);
  expect(empty).toMatchObject({ examples: 0, supervisedShare: 0, packingEfficiency: 0 });
});
