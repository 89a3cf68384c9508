import { expect, test } from 'vitest';
import { race } from './race.js';
import type { System } from './systems.js';

const shape = {
  name: 'tiny',
  vocabSize: 16,
  numLayers: 1,
  width: 8,
  numHeads: 2,
  numKvHeads: 1,
  feedForwardWidth: 16,
  length: 10,
};
const options = { supervisedShare: 0.4, rounds: 3, threads: 1 };

/** Answers as a contestant does, with figures that it is given. */
const FAKE = `
const { loss, seconds, rate, error } = JSON.parse(process.argv[1]);
const answer = (value) => console.log(JSON.stringify(value));
answer({ description: 'a fake' });
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  if (error) return answer({ error });
  if (line === 'step') return answer({ loss, seconds, cpuSeconds: seconds });
  if (line === 'product 512 576 1536') return answer({ flopsPerSecond: rate });
  answer({ peakBytes: 2 ** 20 });
  process.exit(0);
});
`;

function fake(name: string, figures: object): System {
  return {
    name,
    description: name,
    command: [process.execPath, '-e', FAKE, JSON.stringify(figures)],
    missing: async () => undefined,
  };
}

test('ratios are of the first system to each other one, shares of its own and of the highest product rate', async () => {
  const systems = [
    fake('quick', { loss: 2, seconds: 0.5, rate: 1e6 }),
    fake('slow', { loss: 2.00001, seconds: 2, rate: 4e6 }),
  ];
  const { systems: results, ratios, failures } = await race(shape, { ...options, systems });
  expect(failures).toEqual([]);
  expect(results[0]).toMatchObject({ system: 'quick', tokensPerSecond: 20, supervisedTokensPerSecond: 8 });
  expect(results.map(({ losses }) => losses.length)).toEqual([1 + 3 * 1, 1 + 3 * 1]);
  expect(results[0]!.shareOfProduct).toBe(results[0]!.modelFlopsPerSecond / 1e6);
  expect(results[0]!.shareOfMachine).toBe(results[0]!.modelFlopsPerSecond / 4e6);
  expect(ratios).toMatchObject([
    { to: 'slow', speed: { median: 4 }, product: { median: 0.25 }, peakMemory: 1 },
  ]);
});

test('a system that cannot make the step, breaks off or computes another loss has a reason and no figures', async () => {
  const systems = [
    fake('right', { loss: 2, seconds: 1, rate: 1 }),
    fake('wrong', { loss: 2.001, seconds: 0.1, rate: 1 }),
    fake('unable', { error: 'no gradient of take' }),
    { ...fake('broken', {}), command: [process.execPath, '-e', 'process.exit(3)'] as const },
  ];
  const { systems: results, ratios, failures } = await race(shape, { ...options, systems });
  expect(results.map(({ system }) => system)).toEqual(['right']);
  expect(ratios).toEqual([]);
  expect(failures).toEqual([
    { system: 'unable', reason: 'unable: no gradient of take' },
    { system: 'broken', reason: 'broken: expected an answer, it broke off; what it printed is above' },
    {
      system: 'wrong',
      reason: 'its losses differ by 5.0e-4 from those of right: not the same step',
    },
  ]);
});

test('a turn of short steps is half a second of them, and their mean counts', async () => {
  const systems = [
    fake('quick', { loss: 2, seconds: 0.125, rate: 1 }),
    fake('slow', { loss: 2, seconds: 0.5, rate: 1 }),
  ];
  const { systems: results, ratios } = await race(shape, { ...options, systems });
  expect(results.map(({ losses }) => losses.length)).toEqual([1 + 3 * 4, 1 + 3 * 1]);
  expect(results.map(({ secondsPerStep }) => secondsPerStep.median)).toEqual([0.125, 0.5]);
  expect(ratios).toMatchObject([{ to: 'slow', speed: { median: 4 }, lossDifference: 0 }]);
});

test('a race that nobody can run is an error', async () => {
  const systems = [fake('unable', { error: 'no adapter' })];
  await expect(race(shape, { ...options, systems })).rejects.toThrow('unable: no adapter');
});
