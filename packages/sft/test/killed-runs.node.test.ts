/** A run that is killed at any of its calls to the disk is finished by the next one: the same bits, and nothing left over. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failingRuns } from './failing-runs.js';

const { starts, runs } = failingRuns();

/** Calls that a kill may find not made, and half made. */
const AFFECTED = { kill: /^/, torn: /^(?:write|appendFile|rm)/ } as const;

describe.each(starts)('$name', (start) => {
  test.each(['kill', 'torn'] as const)(
    '%s at every call: the same bits, and nothing left over',
    async (kind) => {
      const problems: string[] = [];
      for (const [index, affected] of start.log.entries()) {
        if (!AFFECTED[kind].test(affected)) continue;
        const { call } = await runs.fail(start, { at: index + 1, kind });
        const outcome = await runs.goOn(start).catch(({ message }: Error) => ({ problems: [message] }));
        problems.push(...outcome.problems.map((problem) => `${call}: ${problem}`));
      }
      expect(problems).toEqual([]);
    },
    300_000,
  );
});

test('a run makes some hundred calls to the disk', () => {
  expect(runs.calls.length).toBeGreaterThan(300);
  expect(starts[0]!.log.length).toBeGreaterThan(200);
  expect(runs.whole).toHaveProperty(['/best/model.safetensors']);
});

test('a checkpoint is flushed, under its name, before an older one is removed', () => {
  const checkpoints = join(runs.output, 'checkpoints');
  const complete = join(checkpoints, 'step-3.complete');
  const partial = join(checkpoints, '.step-3.complete.partial');
  const lastOf = (call: string) => runs.calls.lastIndexOf(call);
  const order = [
    lastOf(`sync ${complete}`),
    lastOf(`rename ${complete}`),
    lastOf(`sync ${checkpoints}`),
    lastOf(`rm ${join(checkpoints, 'step-1')}`),
  ];
  expect(order[0]).toBeGreaterThan(0);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  for (const file of readdirSync(join(checkpoints, 'step-3'))) {
    const path = join(file === 'manifest.json' ? complete : partial, file);
    expect(lastOf(`write ${path}`), path).toBeGreaterThan(0);
    expect(lastOf(`sync ${path}`), path).toBeGreaterThan(lastOf(`write ${path}`));
    expect(lastOf(`sync ${path}`), path).toBeLessThan(order[1]!);
  }
});
