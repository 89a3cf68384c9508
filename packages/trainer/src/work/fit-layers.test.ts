import { decoderModel } from '@sftkit/model';
import { expect, test } from 'vitest';
import { tinyConfig } from '../../test/tiny-model.js';
import { fitLayers } from './fit-layers.js';
import { programWork } from './program-work.js';

const model = decoderModel({ ...tinyConfig, numLayers: 6, maxPositions: 128 });
const shape = { rows: 4, length: 128, capacity: 256, longestSegment: 100 };
const options = { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0 } as const;
const fit = (flops: number) => fitLayers({ model, shape, options }, flops);
const flopsOf = ({ program }: ReturnType<typeof fit>) => {
  const { matmulFlops, attentionFlops } = programWork(program);
  return matmulFlops + attentionFlops;
};

test('four layers on the whole batch where there is time, and no less where there is more', () => {
  const most = fit(1e15);
  expect(most.shape).toEqual(shape);
  expect(most.model.config.numLayers).toBe(4);
  expect(fit(flopsOf(most)).model.config.numLayers).toBe(4);
});

test('with less time fewer layers, then fewer rows, then a shorter row', () => {
  const most = flopsOf(fit(1e15));
  const sizes = [1, 0.8, 0.5, 0.3, 0.2, 0.1, 0.05, 0.001].map((share) => {
    const fitted = fit(share * most);
    const { rows, length, capacity, longestSegment } = fitted.shape;
    if (share > 0.03) expect(flopsOf(fitted), `${share}`).toBeLessThanOrEqual(1.001 * share * most);
    expect(capacity / (rows * length)).toBeCloseTo(shape.capacity / (shape.rows * shape.length), 1);
    return [fitted.model.config.numLayers, rows, length, longestSegment];
  });
  expect(sizes).toEqual([
    [4, 4, 128, 100],
    [3, 4, 128, 100],
    [2, 4, 128, 100],
    [2, 2, 128, 100],
    [2, 1, 128, 100],
    [2, 1, 96, 96],
    [2, 1, 32, 32],
    [2, 1, 32, 32],
  ]);
});

test('a model of one layer is measured on two: the last one may compute less', () => {
  const single = decoderModel({ ...tinyConfig, numLayers: 1 });
  const fitted = fitLayers(
    { model: single, shape: { ...shape, length: 32, longestSegment: 32 }, options },
    1e15,
  );
  expect(fitted.model.config.numLayers).toBe(2);
});

test('layers with dropout are measured with dropout in each', () => {
  const dropping = { ...options, dropout: [0, 0.1, 0.2, 0.2, 0.2, 0.2] };
  const { dropout, program } = fitLayers({ model, shape, options: dropping }, 0);
  expect(dropout).toEqual([0.2, 0.2]);
  expect(program.instructions.filter(({ operation }) => operation === 'dropout')).not.toHaveLength(0);
  expect(
    fitLayers({ model, shape, options: { ...options, dropout: [0, 0, 0, 0, 0, 0] } }, 0).dropout,
  ).toBeUndefined();
});
