import { expect, test } from 'vitest';
import { cutIntoStretches } from './cut-into-stretches.js';

test('a text is cut where the weight or the turn changes, and nowhere else', () => {
  const weighted = [
    { start: 2, end: 8, weight: 1 },
    { start: 4, end: 6, weight: 0.5 },
    { start: 8, end: 9, weight: 0 },
  ];
  const generation = [
    { start: 2, end: 6, message: 1 },
    { start: 6, end: 6, message: 7 },
    { start: 6, end: 8, message: 1 },
  ];
  expect(cutIntoStretches(10, weighted, generation)).toEqual([
    { start: 0, end: 2, weight: 0, turn: undefined },
    { start: 2, end: 4, weight: 1, turn: 1 },
    { start: 4, end: 6, weight: 0.5, turn: 1 },
    { start: 6, end: 8, weight: 1, turn: 1 },
    { start: 8, end: 10, weight: 0, turn: undefined },
  ]);
  expect(cutIntoStretches(0, [], [])).toEqual([]);
});
