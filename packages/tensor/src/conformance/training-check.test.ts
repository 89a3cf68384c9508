import { expect, test } from 'vitest';
import type { Backend } from '../backend.js';
import { referenceBackend } from '../reference/reference-backend.js';
import { trainingCheck } from './training-check.js';

/** The reference, whose outputs come into their buffers only where `isStored` says so. */
function forgetting(isStored: (output: string) => boolean): Backend {
  const reference = referenceBackend();
  return {
    ...reference,
    async compile(program) {
      const executable = await reference.compile(program);
      return {
        ...executable,
        run: (inputs, into = {}) =>
          executable.run(
            inputs,
            Object.fromEntries(Object.entries(into).filter(([output]) => isStored(output))),
          ),
      };
    },
  };
}

test('a backend that does what the reference does has no failures', async () => {
  expect(await trainingCheck(forgetting(() => true))).toEqual([]);
});

test.each([
  ['parameters', 2, (output: string) => output.includes('/')],
  ['first moments', 3, (output: string) => !output.startsWith('m/')],
])(
  'one that forgets %s fails from step %i on, whether a step is one program or two',
  async (_, first, isStored) => {
    const failures = await trainingCheck(forgetting(isStored));
    const steps = [2, 3].filter((step) => step >= first);
    for (const programs of ['two programs', 'one program']) {
      for (const step of steps) {
        expect(failures).toContainEqual(
          expect.stringMatching(`^step ${step} of ${programs}: expected a loss of `),
        );
      }
    }
    expect(failures).toHaveLength(2 * steps.length);
  },
);
