import { layerNorm } from '../ops/layer-norm.js';
import { rmsNorm } from '../ops/rms-norm.js';
import { softmax } from '../ops/softmax.js';
import type { Shape } from '../types.js';
import { type ConformanceCase, defineCase, floats } from './conformance-case.js';
import { SUMMED, TRANSCENDENTAL } from './tolerances.js';

const shapes: readonly Shape[] = [[7], [3, 5], [2, 3, 64], [2, 2, 3, 9], [130, 4]];

export const normCases: readonly ConformanceCase[] = shapes.flatMap((shape, i) => {
  const width = shape.at(-1)!;
  return [
    defineCase({
      name: `rmsNorm (${shape})`,
      inputs: { x: floats(shape, 400 + i), weight: floats([width], 410 + i, 0.5, 1.5) },
      body: ({ x, weight }) => ({ y: rmsNorm(x, weight, { epsilon: 1e-5 }) }),
      differentiate: ['x', 'weight'],
      tolerance: SUMMED,
    }),
    defineCase({
      name: `layerNorm (${shape})`,
      inputs: {
        x: floats(shape, 420 + i),
        weight: floats([width], 430 + i, 0.5, 1.5),
        bias: floats([width], 440 + i),
      },
      body: ({ x, weight, bias }) => ({ y: layerNorm(x, weight, bias) }),
      differentiate: ['x', 'weight', 'bias'],
      tolerance: SUMMED,
    }),
    defineCase({
      name: `softmax (${shape})`,
      inputs: { x: floats(shape, 450 + i, -5, 5) },
      body: ({ x }) => ({ y: softmax(x) }),
      differentiate: ['x'],
      tolerance: TRANSCENDENTAL,
    }),
  ];
});
