import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grad } from './grad.js';
import { add } from './ops/add.js';
import { exp } from './ops/exp.js';
import { matmul } from './ops/matmul.js';
import { mul } from './ops/mul.js';
import { neg } from './ops/neg.js';
import { sum } from './ops/sum.js';
import { type MemoryPlan, planMemory } from './plan-memory.js';
import { constant, f32, type Tensor, trace } from './trace.js';

test('a chain holds two links at a time', () => {
  const program = trace({ x: f32(100) }, ({ x }) => ({ y: neg(exp(neg(exp(x)))) }));
  const plan = planMemory(program);
  // exp writes 400 bytes; neg reads them and writes 400; and so on; the last writes the output.
  expect(plan.liveBytes).toEqual([400, 800, 800, 400]);
  expect(plan).toMatchObject({
    inputBytes: 400,
    constantBytes: 0,
    outputBytes: 400,
    peakIntermediateBytes: 800,
    arenaBytes: 800,
    peakBytes: 1600,
  });
  expect(plan.lastUse[program.inputs.x!]).toBe(0);
  expect(plan.lastUse[program.outputs.y!]).toBe(Number.POSITIVE_INFINITY);
});

test('an output that is an input is counted once, a result read by nobody lives while it is written', () => {
  const plan = planMemory(trace({ x: f32(10) }, ({ x }) => ({ x, y: add(x, constant(1)) })));
  expect(plan).toMatchObject({ inputBytes: 40, constantBytes: 4, outputBytes: 40, peakIntermediateBytes: 0 });
});

test('what the backward pass reads stays alive until then', () => {
  const forward = trace({ x: f32(8, 8), w: f32(8, 8) }, ({ x, w }) => ({ loss: sum(exp(matmul(x, w))) }));
  const program = grad(forward, { of: 'loss', withRespectTo: ['w'] });
  const plan = planMemory(program);
  const saved = program.instructions.find(({ operation }) => operation === 'exp')!.outputs[0]!;
  const reader = program.instructions.findIndex(
    ({ operation, inputs }) => operation === 'mul' && inputs.includes(saved),
  );
  expect(reader).toBeGreaterThan(1);
  expect(plan.lastUse[saved]).toBe(reader);
});

test('places in the arena never overlap while both are alive, in any program', () => {
  const node = fc.record({ left: fc.nat(), right: fc.nat(), product: fc.boolean() });
  fc.assert(
    fc.property(fc.array(node, { minLength: 1, maxLength: 40 }), (nodes) => {
      const program = trace({ a: f32(6), b: f32(5, 1), c: f32() }, ({ a, b, c }) => {
        const values: Tensor[] = [a, b, c];
        for (const { left, right, product } of nodes) {
          const operation = product ? mul : add;
          values.push(operation(values[left % values.length]!, values[right % values.length]!));
        }
        return { loss: values.map((value) => sum(value)).reduce(add) };
      });
      const plan = planMemory(program);
      expectNoOverlap(plan);
      expect(plan.arenaBytes).toBeGreaterThanOrEqual(plan.peakIntermediateBytes);
    }),
    { seed: 1, numRuns: 60 },
  );
});

function expectNoOverlap({ intermediates, arenaBytes }: MemoryPlan): void {
  for (const [i, a] of intermediates.entries()) {
    expect(a.offset + a.bytes).toBeLessThanOrEqual(arenaBytes);
    for (const b of intermediates.slice(i + 1)) {
      const together = a.from <= b.to && b.from <= a.to;
      const apart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
      expect(!together || apart).toBe(true);
    }
  }
}
