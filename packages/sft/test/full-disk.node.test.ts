/** A run that finds the disk full, at any of its calls, says what is kept and how to go on; with room it ends with the same bits. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunEvent } from '../src/index.js';
import { type FineTuneOptions, fineTune } from '../src/index.node.js';
import { NEEDS_ROOM } from './dying-disk.js';
import { failingRuns, type Start } from './failing-runs.js';
import { tinyProject, tinyRecipe } from './tiny-project.js';

const { starts, runs } = failingRuns();
const NO_SPACE = String.raw`could not be written \(ENOSPC: no space left on device, [^)]*\)`;
const RESUME = /; the last good (?:one|checkpoint) is (\S+); make room and resume$/;
const AGAIN =
  /; (?:there is no earlier one|no checkpoint is saved|nothing was begun); make room .*start again/;

/** What is wrong with the error: it has the place, what is kept, and how to go on; and nothing half written is left. */
function problemsOf(error: unknown, { found }: Start): string[] {
  const message = error instanceof Error ? error.message : 'no error';
  const kept = RESUME.exec(message)?.[1];
  const leftovers = namesIn(runs.output).filter(
    (name) => /\.(?:partial|new|complete|lock)/.test(name) && !namesIn(found).includes(name),
  );
  return [
    ...(new RegExp(`^${runs.output}/\\S+: .*${NO_SPACE}`).test(message) ? [] : [message]),
    ...(RESUME.test(message) || AGAIN.test(message) ? [] : [message]),
    ...(kept === undefined || existsSync(kept) ? [] : [`${kept} is not there`]),
    ...leftovers.map((name) => `${name} is left over`),
  ];
}

function namesIn(path: string | undefined): string[] {
  return path !== undefined && existsSync(path)
    ? readdirSync(path, { recursive: true, encoding: 'utf8' })
    : [];
}

test.each(starts)(
  '$name, full from any call on: a clear error, and with room the same bits',
  async (start) => {
    const problems: string[] = [];
    for (const [index, affected] of start.log.entries()) {
      if (!NEEDS_ROOM.test(affected)) continue;
      const { call, error } = await runs.fail(start, { at: index + 1, kind: 'full' });
      const wrong = problemsOf(error, start);
      const outcome = await runs
        .goOn(start)
        .catch(({ message }: Error) => ({ problems: [message], resumed: false }));
      wrong.push(...outcome.problems);
      if (RESUME.test((error as Error).message) && !outcome.resumed) wrong.push('could not be resumed');
      problems.push(...wrong.map((problem) => `${call}: ${problem}`));
    }
    expect(problems).toEqual([]);
  },
  300_000,
);

const { directory } = tinyProject();
const disk = join(directory, 'disk');

describe('a disk of 40 MB', () => {
  let isMounted = false;
  beforeAll(() => {
    mkdirSync(disk);
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', disk], { stdio: 'ignore' });
      isMounted = true;
    } catch {
      // Not in every container: the tests are skipped.
    }
  });
  afterAll(() => {
    if (isMounted) execFileSync('umount', [disk]);
  });

  const filler = join(disk, 'filler');
  const run = (values: Partial<FineTuneOptions>) =>
    fineTune({ ...tinyRecipe(directory, { output: join(disk, 'run') }), ...values } as FineTuneOptions);

  /** Fills the disk when the event comes. */
  async function fillAt(
    values: Partial<FineTuneOptions>,
    isTime: (event: RunEvent) => boolean,
  ): Promise<void> {
    for await (const event of run(values)) if (isTime(event)) fill();
  }

  function fill(): void {
    const megabyte = Buffer.alloc(1e6);
    for (const size of [1e6, 4096]) {
      try {
        for (;;) writeFileSync(filler, megabyte.subarray(0, size), { flag: 'a' });
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
      }
    }
  }

  async function finish(values: Partial<FineTuneOptions>): Promise<Buffer> {
    let last: RunEvent | undefined;
    for await (const event of run(values)) last = event;
    expect(last?.type).toBe('finished');
    const { output = join(disk, 'run') } = values;
    return readFileSync(join(output, 'model', 'model.safetensors'));
  }

  test('full before the first step: the room is asked for', async ({ skip }) => {
    skip(!isMounted, 'no disk can be mounted here');
    fill();
    await expect(fillAt({}, () => false)).rejects.toThrow(
      /^\S+run\.lock: could not be written \(ENOSPC|^output: expected room for [\d.]+ MB at /,
    );
    rmSync(filler);
    expect(readdirSync(disk)).toEqual([]);
  });

  test('full at a checkpoint, and at the end: what was saved is gone on from', async ({ skip }) => {
    skip(!isMounted, 'no disk can be mounted here');
    const whole = await finish({ output: join(directory, 'whole') });
    const checkpoint = { every: 2 };
    await expect(
      fillAt({ checkpoint }, (event) => event.type === 'step' && event.step === 3),
    ).rejects.toThrow(
      /^\S+(?:metrics\.jsonl|step-4): .*could not be written \(ENOSPC[^)]*\); the last good \w+ is \S+step-2; make room and resume$/,
    );
    rmSync(filler);
    await expect(
      fillAt({ checkpoint, resume: true }, (event) => event.type === 'checkpoint' && event.step === 4),
    ).rejects.toThrow(
      /model: could not be written \(ENOSPC[^)]*\); the last good checkpoint is \S+step-4; make room and resume$/,
    );
    rmSync(filler);
    expect(await finish({ resume: true })).toEqual(whole);
    expect(readdirSync(join(disk, 'run')).sort()).toEqual([
      ...['checkpoints', 'metrics.jsonl', 'model', 'recipe.yaml', 'summary.json'],
    ]);
  });
});
