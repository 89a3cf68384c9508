import { rotaryTables } from '../nn/rotary-tables.js';
import { attention } from '../ops/attention.js';
import { attentionMask } from '../ops/attention-mask.js';
import { rotary } from '../ops/rotary.js';
import { type ConformanceCase, defineCase, floats, integers, numbers } from './conformance-case.js';
import { COMPOSED, EXACT, SUMMED } from './tolerances.js';

/** Two rows of five: segments of 3 + 2 and of 1 + 4 tokens, positions restarting. */
const segments = integers([2, 5], [0, 0, 0, 1, 1, 0, 1, 1, 1, 1]);
const positions = integers([2, 5], [0, 1, 2, 0, 1, 0, 0, 1, 2, 3]);

const tables = rotaryTables({ maxPositions: 9, headWidth: 6, theta: 10_000 });
const cos = numbers([9, 3], tables.cos);
const sin = numbers([9, 3], tables.sin);

const mask = numbers([1, 1, 3, 3], [0, -1e30, -1e30, 0, 0, -1e30, 0, 0, 0]);

const heads: readonly (readonly [number, number])[] = [
  [4, 4],
  [4, 2],
  [3, 1],
];

export const attentionCases: readonly ConformanceCase[] = [
  ...[undefined, 2, 1].map((window) =>
    defineCase({
      name: `attentionMask, window ${window}`,
      inputs: { segments, positions },
      body: ({ segments, positions }) => ({
        mask: attentionMask(segments, segments, positions, positions, { window }),
      }),
      tolerance: EXACT,
    }),
  ),
  defineCase({
    name: 'attentionMask of one query over a cache with empty places',
    inputs: {
      querySegments: integers([1, 1], [0]),
      queryPositions: integers([1, 1], [3]),
      keySegments: integers([1, 6], [0, 0, 0, 0, -1, -1]),
      keyPositions: integers([1, 6], [0, 1, 2, 3, 0, 0]),
    },
    body: ({ querySegments, keySegments, queryPositions, keyPositions }) => ({
      mask: attentionMask(querySegments, keySegments, queryPositions, keyPositions),
    }),
    tolerance: EXACT,
  }),
  ...[false, true].map((inverse) =>
    defineCase({
      name: `rotary, inverse ${inverse}`,
      inputs: { x: floats([2, 3, 5, 6], 600), positions, cos, sin },
      body: ({ x, positions, cos, sin }) => ({ y: rotary(x, positions, cos, sin, { inverse }) }),
      differentiate: ['x'],
      tolerance: SUMMED,
    }),
  ),
  ...heads.flatMap(([h, k]) =>
    [false, true].map((causal) =>
      defineCase({
        name: `attention with ${h} query and ${k} key-value heads over two segments, causal ${causal}`,
        inputs: {
          q: floats([2, h, 5, 6], 610),
          k: floats([2, k, 5, 6], 611),
          v: floats([2, k, 5, 6], 612),
          segments,
          positions,
        },
        body: ({ q, k, v, segments, positions }) => ({
          y: attention(q, k, v, attentionMask(segments, segments, positions, positions), { causal }),
        }),
        differentiate: ['q', 'k', 'v'],
        tolerance: COMPOSED,
      }),
    ),
  ),
  ...(['q', 'v'] as const).map((input) =>
    defineCase({
      name: `attention, differentiated by ${input} alone`,
      inputs: {
        q: floats([1, 2, 3, 4], 616),
        k: floats([1, 2, 3, 4], 617),
        v: floats([1, 2, 3, 4], 618),
        mask,
      },
      body: ({ q, k, v, mask }) => ({ y: attention(q, k, v, mask) }),
      differentiate: [input],
      tolerance: COMPOSED,
    }),
  ),
  defineCase({
    name: 'attention of fewer queries than keys, at a given scale',
    inputs: {
      q: floats([1, 2, 1, 4], 613),
      k: floats([1, 1, 7, 4], 614),
      v: floats([1, 1, 7, 4], 615),
      mask: numbers([1, 1, 1, 7], [0, 0, 0, 0, 0, -1e30, -1e30]),
    },
    body: ({ q, k, v, mask }) => ({ y: attention(q, k, v, mask, { scale: 0.3 }) }),
    differentiate: ['q', 'k', 'v'],
    tolerance: COMPOSED,
  }),
];
