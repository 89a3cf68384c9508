/** Processes that start at the same moment: one of them gets the run, and the others name it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { lockRun, type RunLock } from '../src/run/run-lock.node.js';
import { temporaryDirectory } from './tiny-project.js';

const directory = temporaryDirectory();
const run = promisify(execFile);
const PROCESSES = 6;

const program = join(directory, 'lock.mts');
writeFileSync(
  program,
  `import { readdirSync, writeFileSync } from 'node:fs';
  import { lockRun } from ${JSON.stringify(join(import.meta.dirname, '..', 'src', 'run', 'run-lock.node.ts'))};
  const [output, signs] = process.argv.slice(2);
  const sign = (name) => writeFileSync(signs + '/' + name + '-' + process.pid, '');
  const seen = (name) => readdirSync(signs).filter((file) => file.startsWith(name)).length;
  sign('ready');
  while (seen('ready') < ${PROCESSES}) {}
  try {
    const lock = await lockRun(output);
    while (seen('refused') < ${PROCESSES - 1} && seen('held') === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    sign('held');
    await lock.release();
    console.log('held by', process.pid, 'after', lock.takenFrom);
  } catch (error) {
    console.log(error.message);
    sign('refused');
  }`,
);

/** Called before each call to the disk by whoever runs in it. */
const actor = new AsyncLocalStorage<() => Promise<void>>();
for (const name of ['mkdir', 'writeFile', 'rename', 'readdir', 'readFile', 'rm', 'rmdir'] as const) {
  const real = fs[name] as (...args: unknown[]) => Promise<unknown>;
  (fs as unknown as Record<string, typeof real>)[name] = async (...args) => {
    await actor.getStore()?.();
    return real(...args);
  };
}
syncBuiltinESMExports();

async function startAll(output: string): Promise<string[]> {
  const signs = mkdtempSync(join(directory, 'signs-'));
  const tsx = ['--conditions=@sftkit/source', '--import', import.meta.resolve('tsx')];
  const all = Array.from({ length: PROCESSES }, () =>
    run(process.execPath, [...tsx, program, output, signs]),
  );
  return (await Promise.all(all)).map(({ stdout }) => stdout.trim());
}

const dead = { pid: 4_190_001, host: hostname(), started: '2026-01-01T00:00:00.000Z' };

function place(name: string): string {
  const output = join(directory, name);
  mkdirSync(output);
  return output;
}

/** A lock that is there before, with the text of its holder. */
function writeLock(output: string, pid: number, text: string): void {
  mkdirSync(join(output, 'run.lock'));
  writeFileSync(join(output, 'run.lock', `${pid}-${randomUUID()}`), text);
}

test.each<[string, (output: string) => void, RegExp]>([
  ['no lock', () => undefined, /after undefined$/],
  [
    'the lock of a process that is gone',
    (output) => writeLock(output, dead.pid, JSON.stringify(dead)),
    // Whoever finds no lock any more does not know whose it was.
    /after (?:4190001|undefined)$/,
  ],
  ['a lock that says nothing', (output) => writeLock(output, dead.pid, '{'), /after undefined$/],
  ['an empty lock', (output) => mkdirSync(join(output, 'run.lock')), /after undefined$/],
])('six at once, with %s: one wins', async (name, prepare, taken) => {
  const output = place(name.replaceAll(' ', '-'));
  prepare(output);
  const said = await startAll(output);
  const winners = said.filter((text) => text.startsWith('held by'));
  expect(winners).toHaveLength(1);
  expect(winners[0]).toMatch(taken);
  const pid = /held by (\d+)/.exec(winners[0]!)![1];
  const refused = said.filter((text) => text.includes(`another process is writing this run: pid ${pid} on`));
  expect(refused).toHaveLength(PROCESSES - 1);
  expect(existsSync(output)).toBe(false);
});

describe('in any order of their calls to the disk', () => {
  const SCHEDULES = 60;

  test.each([
    ['that find no lock', () => undefined],
    ['that find a dead lock', (output: string) => writeLock(output, dead.pid, JSON.stringify(dead))],
  ])('of three %s one wins', async (name, prepare) => {
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const output = place(`${name} ${seed}`);
      prepare(output);
      const outcomes = await interleaved(
        seed,
        Array(3).fill(() => lockRun(output)),
      );
      const errors = outcomes.filter((outcome) => outcome instanceof Error);
      const [winner, ...others] = outcomes.filter(
        (outcome): outcome is RunLock => !(outcome instanceof Error),
      );
      for (const { message } of errors) {
        expect(message).toContain(`another process is writing this run: pid ${process.pid} on`);
      }
      expect(others, `schedule ${seed}`).toEqual([]);
      await winner!.release();
      expect(existsSync(output)).toBe(false);
    }
  });

  test('two never have it at once, though others give it back', async () => {
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const output = place(`returned ${seed}`);
      writeLock(output, dead.pid, JSON.stringify(dead));
      let holders = 0;
      let most = 0;
      const takeAndReturn = async () => {
        const lock = await lockRun(output);
        holders += 1;
        most = Math.max(most, holders);
        // A call to the disk, at which others go on.
        await fs.readdir(output);
        holders -= 1;
        await lock.release();
      };
      const outcomes = await interleaved(seed, Array(4).fill(takeAndReturn));
      expect(most, `schedule ${seed}`).toBe(1);
      for (const outcome of outcomes) {
        if (outcome instanceof Error)
          expect(outcome.message).toContain('another process is writing this run');
      }
      expect(existsSync(output)).toBe(false);
    }
  });
});

describe('a lock that stands there', () => {
  test('of a process that had the same number, as in a container that starts again, is taken over', async () => {
    const output = place('container');
    writeLock(output, process.pid, JSON.stringify({ ...dead, pid: process.pid }));
    const lock = await lockRun(output);
    expect(lock.takenFrom).toBe(process.pid);
    await expect(lockRun(output)).rejects.toThrow(`pid ${process.pid} on ${hostname()}`);
    await lock.release();
  });

  test.each<[string, (output: string) => void, RegExp]>([
    [
      'a file',
      (output) => writeFileSync(join(output, 'run.lock'), ''),
      /run\.lock: expected a directory, the lock of a run, found a file; remove it if no process writes this run$/,
    ],
    [
      'files of somebody else',
      (output) => {
        mkdirSync(join(output, 'run.lock'));
        writeFileSync(join(output, 'run.lock', 'precious'), '');
      },
      /run\.lock: expected the lock of a run, found other files \(precious\); choose another output=DIR$/,
    ],
  ])('and is %s: refused, and nothing is changed', async (name, prepare, message) => {
    const output = place(name);
    prepare(output);
    const before = readdirSync(output, { recursive: true });
    await expect(lockRun(output)).rejects.toThrow(message);
    expect(readdirSync(output, { recursive: true })).toEqual(before);
  });

  test('unfinished, by a process that is gone, is removed; by one on another machine, is left alone', async () => {
    const output = place('unfinished');
    const gone = join(output, `run.lock.${dead.pid}-${randomUUID()}`);
    const elsewhere = `${dead.pid}-${randomUUID()}`;
    mkdirSync(gone);
    mkdirSync(join(output, `run.lock.${elsewhere}`));
    writeFileSync(
      join(output, `run.lock.${elsewhere}`, elsewhere),
      JSON.stringify({ ...dead, host: 'elsewhere' }),
    );
    const lock = await lockRun(output);
    expect(readdirSync(output).sort()).toEqual(['run.lock', `run.lock.${elsewhere}`]);
    await lock.release();
  });
});

/** Does all at once, one call to the disk at a time, in an order that the seed chooses. */
async function interleaved<T>(seed: number, works: readonly (() => Promise<T>)[]): Promise<(T | Error)[]> {
  let state = seed;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const waiting: (() => void)[] = [];
  let running = works.length;
  const outcomes = works.map((work) =>
    actor
      .run(() => new Promise<void>((resolve) => waiting.push(resolve)), work)
      .catch((error: Error) => error)
      .finally(() => {
        running -= 1;
      }),
  );
  while (running > 0) {
    await setImmediate();
    if (running > 0 && waiting.length === running) waiting.splice(random(waiting.length), 1)[0]!();
  }
  return Promise.all(outcomes);
}
