import { expect, test } from 'vitest';
import { referenceBackend } from '../reference/reference-backend.js';
import { conformanceCases } from './conformance-cases.js';
import { contractChecks } from './contract-checks.js';
import { runConformance } from './run-conformance.js';

const two = conformanceCases.slice(0, 2);

test('a backend that is right has no failures', async () => {
  const results = await runConformance(referenceBackend(), two);
  expect(results).toHaveLength(2 + contractChecks.length);
  expect(results.filter(({ failures }) => failures.length > 0)).toEqual([]);
});

test('an error is a failure of the case or check that it broke off, and the others go on', async () => {
  const compile = () => Promise.reject(new Error('compile: not today'));
  const results = await runConformance({ ...referenceBackend(), compile }, two);
  expect(results.map(({ name }) => name)).toEqual([...two, ...contractChecks].map(({ name }) => name));
  const broken = results.filter(({ failures }) => failures.length > 0);
  expect(broken.map(({ name }) => name)).toEqual(expect.arrayContaining(two.map(({ name }) => name)));
  expect(broken[0]!.failures).toEqual(['Error: compile: not today']);
});
