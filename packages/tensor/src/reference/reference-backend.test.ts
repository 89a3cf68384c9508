import { describe, expect, test } from 'vitest';
import { compareOnBackend } from '../conformance/compare-on-backend.js';
import { conformanceCases } from '../conformance/conformance-cases.js';
import { contractChecks } from '../conformance/contract-checks.js';
import { mul } from '../ops/mul.js';
import { f32, trace } from '../trace.js';
import { referenceBackend } from './reference-backend.js';

describe.each(['float64', 'float32'] as const)('the reference backend in %s', (precision) => {
  const backend = referenceBackend({ precision });

  test.each(contractChecks.map((each) => [each.name, each] as const))('%s', async (_, { check }) => {
    await check(backend);
  });

  // In float32 this shows that the tolerances leave room for rounding alone.
  test.each(conformanceCases.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    expect((await compareOnBackend(each, backend)).failures).toEqual([]);
  });
});

test('buffers keep float64 unless they are read', async () => {
  const executable = await referenceBackend().compile(trace({ x: f32() }, ({ x }) => ({ y: mul(x, x) })));
  const { y } = await executable.run({ x: Float64Array.of(0.1) });
  expect(y!.float64[0]).toBe(0.1 * 0.1);
  expect((await y!.read())[0]).toBe(Math.fround(0.1 * 0.1));
});
