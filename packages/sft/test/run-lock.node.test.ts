/** Processes that start at the same moment: one of them gets the run, and the others name it. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
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

async function startAll(output: string): Promise<string[]> {
  const signs = mkdtempSync(join(directory, 'signs-'));
  const tsx = ['--conditions=@sftkit/source', '--import', import.meta.resolve('tsx')];
  const all = Array.from({ length: PROCESSES }, () =>
    run(process.execPath, [...tsx, program, output, signs]),
  );
  return (await Promise.all(all)).map(({ stdout }) => stdout.trim());
}

test.each(['no lock', 'the lock of a process that is gone', 'a lock that says nothing'])(
  'six at once, with %s: one wins',
  async (before) => {
    const output = join(directory, before.replaceAll(' ', '-'));
    mkdirSync(output);
    const dead = { pid: 4_190_001, host: hostname(), started: '2026-01-01T00:00:00.000Z' };
    if (before !== 'no lock') {
      writeFileSync(
        join(output, 'run.lock'),
        before === 'a lock that says nothing' ? '{' : JSON.stringify(dead),
      );
    }
    const said = await startAll(output);
    const winners = said.filter((text) => text.startsWith('held by'));
    expect(winners).toHaveLength(1);
    const pid = /held by (\d+)/.exec(winners[0]!)![1];
    const refused = said.filter((text) =>
      text.includes(`another process is writing this run: pid ${pid} on`),
    );
    expect(refused).toHaveLength(PROCESSES - 1);
    // Whoever finds no lock any more does not know whose it was.
    expect(winners[0]).toMatch(
      before.startsWith('the lock') ? /after (?:4190001|undefined)$/ : /after undefined$/,
    );
    expect(existsSync(output)).toBe(false);
  },
);
