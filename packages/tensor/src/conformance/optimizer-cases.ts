import { adamW } from '../ops/adam-w.js';
import { type ConformanceCase, defineCase, floats, numbers } from './conformance-case.js';
import { SUMMED } from './tolerances.js';

/** Third step: learning rate, gradient scale, 1 - 0.9^3, 1 - 0.95^3. */
const scalars = numbers([4], [1e-2, 0.5, 0.271, 0.142625]);

export const optimizerCases: readonly ConformanceCase[] = [[5, 13], [1], [2, 3, 2]].map((shape, i) =>
  defineCase({
    name: `adamW (${shape})`,
    inputs: {
      parameter: floats(shape, 800 + i),
      gradient: floats(shape, 810 + i),
      m: floats(shape, 820 + i, -0.5, 0.5),
      v: floats(shape, 830 + i, 0, 0.5),
      scalars,
    },
    body: ({ parameter, gradient, m, v, scalars }) =>
      adamW(parameter, gradient, m, v, scalars, { beta2: 0.95, weightDecay: 0.1 }),
    tolerance: SUMMED,
  }),
);
