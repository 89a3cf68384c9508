import { dropout } from '../ops/dropout.js';
import { uniform } from '../ops/uniform.js';
import { dropoutKey } from '../random/dropout-key.js';
import { type ConformanceCase, defineCase, floats, numbers } from './conformance-case.js';
import { ARITHMETIC, EXACT } from './tolerances.js';

const key = numbers([8, 2], dropoutKey(7, 3, 1));

export const randomCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'uniform, the same bits everywhere',
    inputs: { key, other: numbers([8, 2], dropoutKey(2 ** 40 + 1, 123_456, 61)) },
    body: ({ key, other }) => ({
      flat: uniform(key, [5000]),
      y: uniform(other, [3, 1, 7]),
      one: uniform(key, []),
    }),
    tolerance: EXACT,
  }),
  ...[0.1, 0.5, 0.875].map((rate) =>
    defineCase({
      name: `dropout at rate ${rate}`,
      inputs: { x: floats([3, 5, 17], 500), key },
      body: ({ x, key }) => ({ y: dropout(x, key, rate) }),
      differentiate: ['x'],
      tolerance: ARITHMETIC,
    }),
  ),
];
