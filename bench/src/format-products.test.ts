import { expect, test } from 'vitest';
import { formatProducts } from './format-products.js';

const spread = (median: number) => ({ median, lowerQuartile: median, upperQuartile: median });

test('rates, shares of the peak, ratios, and the words of a system that cannot', () => {
  const table = formatProducts({
    sizes: [256, 8192],
    peakFlopsPerSecond: 10e12,
    systems: [
      { system: 'webgpu', description: 'a GPU', flopsPerSecond: [spread(2e12), 'webgpu: too large'] },
      { system: 'torch-cuda', description: 'PyTorch', flopsPerSecond: [spread(4e12), spread(9e12)] },
    ],
  });
  expect(table).toContain('2.000 (20 % of peak)');
  expect(table).toMatch(/webgpu \/ torch-cuda +0\.50 +-/);
  expect(table).toContain('8192: webgpu: too large');
});
