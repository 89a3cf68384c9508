import { type Backend, type OperationName, operations } from '@sftkit/tensor';
import { compareOnBackend, conformanceCases, contractChecks } from '@sftkit/tensor/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toleranceOf } from '../test/tolerance-of.js';
import { onnxBackend } from './onnx-backend.node.js';

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
