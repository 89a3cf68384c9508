import { expect, test } from 'vitest';
import { findRefusedNode } from './find-refused-node.js';
import type { GraphModel } from './graph/graph.js';

/** A chain of nodes n0 to n6, in reverse as a lowered program lists them. */
const names = Array.from({ length: 7 }, (_, i) => `n${i}`);
const model: GraphModel = {
  nodes: names
    .map((name, i) => ({ name, opType: 'Neg', inputs: [`v${i}`], outputs: [`v${i + 1}`], attributes: {} }))
    .reverse(),
  initializers: [],
  inputs: [{ name: 'v0', dtype: 'f32', shape: [] }],
  outputs: [{ name: 'v7', dtype: 'f32', shape: [] }],
};

test.each(names)('finds %s, asking for parts that are graphs of their own', async (bad) => {
  const found = await findRefusedNode(model, async ({ nodes, outputs }) => {
    const known = new Set(['v0', ...nodes.flatMap((node) => node.outputs)]);
    for (const value of [...nodes.flatMap((node) => node.inputs), ...outputs.map(({ name }) => name)]) {
      expect(known).toContain(value);
    }
    return !nodes.some(({ name }) => name === bad);
  });
  expect(found).toBe(bad);
});

test('blames no node of a model that is refused only as a whole', async () => {
  expect(await findRefusedNode(model, async () => true)).toBeUndefined();
});
