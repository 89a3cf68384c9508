import { type Backend, type OperationName, operations } from '@sftkit/tensor';
import {
  type ConformanceCase,
  compareOnBackend,
  conformanceCases,
  contractChecks,
  type Tolerance,
} from '@sftkit/tensor/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onnxBackend } from './onnx-backend.node.js';

/**
 * 1 + erf(x) and 1 + tanh(u) cancel for x near -3, here as in PyTorch: an absolute error of 1e-7, which these
 * cases of one small element compare with that element.
 */
const CANCELLING = new Set(['gelu none (1)', 'gelu tanh (1)']);

function toleranceOf({ name, tolerance }: ConformanceCase): Tolerance {
  return CANCELLING.has(name) ? { ...tolerance, value: 5e-5 } : tolerance;
}

describe.each([1, 2])('ONNX Runtime with %i threads', (threads) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await onnxBackend({ threads });
  });
  afterAll(() => backend.dispose());

  test.each(contractChecks.map((each) => [each.name, each] as const))('%s', async (_, { check }) => {
    await check(backend);
  });

  test.each(conformanceCases.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    expect((await compareOnBackend({ ...each, tolerance: toleranceOf(each) }, backend)).failures).toEqual([]);
  });
});

test('the cases use every operation', () => {
  const used = new Set(
    conformanceCases.flatMap(({ program, gradientProgram }) =>
      [program, gradientProgram].flatMap(
        (each) => each?.instructions.map(({ operation }) => operation) ?? [],
      ),
    ),
  );
  expect((Object.keys(operations) as OperationName[]).filter((name) => !used.has(name))).toEqual([]);
});
