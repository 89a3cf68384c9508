import { expect, test } from 'vitest';
import { rotaryTables } from './rotary-tables.js';

/** Angle of pair i at position 1, from the tables. */
function frequencies(options: Omit<Parameters<typeof rotaryTables>[0], 'maxPositions'>): number[] {
  const { cos, sin } = rotaryTables({ ...options, maxPositions: 2 });
  const half = options.headWidth / 2;
  return Array.from({ length: half }, (_, i) => Math.atan2(sin[half + i]!, cos[half + i]!));
}

test('pair i turns by theta^(-2i/D) a position', () => {
  const { cos, sin } = rotaryTables({ maxPositions: 3, headWidth: 4, theta: 100 });
  const angles = [0, 0, 1, 0.1, 2, 0.2];
  expect(cos).toEqual(Float32Array.from(angles, Math.cos));
  expect(sin).toEqual(Float32Array.from(angles, Math.sin));
});

test('linear scaling divides every frequency', () => {
  const plain = frequencies({ headWidth: 8, theta: 10_000 });
  const scaled = frequencies({ headWidth: 8, theta: 10_000, scaling: { kind: 'linear', factor: 4 } });
  for (const [i, frequency] of scaled.entries()) {
    expect(frequency).toBeCloseTo(plain[i]! / 4, 6);
  }
});

test('Llama 3 scaling keeps fast frequencies, divides slow ones, and blends between', () => {
  const options = { headWidth: 8, theta: 10_000 };
  const scaled = frequencies({
    ...options,
    scaling: {
      kind: 'llama3',
      factor: 8,
      lowFreqFactor: 1,
      highFreqFactor: 4,
      originalMaxPositionEmbeddings: 128,
    },
  });
  // Turns within 128 positions: 20.4, 2.04, 0.204, 0.0204; kept shares 1, (2.037 - 1) / 3 = 0.3457, 0, 0.
  const kept = (128 * 0.1) / (2 * Math.PI) / 3 - 1 / 3;
  expect(scaled[0]).toBeCloseTo(1, 6);
  expect(scaled[1]).toBeCloseTo(0.1 * (kept + (1 - kept) / 8), 6);
  expect(scaled[2]).toBeCloseTo(0.01 / 8, 7);
  expect(scaled[3]).toBeCloseTo(0.001 / 8, 7);
});
