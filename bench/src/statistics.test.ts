import { expect, test } from 'vitest';
import { spreadOf } from './statistics.js';

test('median and quartiles interpolate between the sorted values', () => {
  expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, lowerQuartile: 1.75, upperQuartile: 3.25 });
  expect(spreadOf([7])).toEqual({ median: 7, lowerQuartile: 7, upperQuartile: 7 });
});
