/** Runs that fail at a chosen call to the disk, and what a person does next: go on, or start again. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import type { RunEvent } from '../src/index.js';
import { type FineTuneOptions, fineTune } from '../src/index.node.js';
import { type DyingDisk, dyingDisk, type Fault } from './dying-disk.js';
import { tinyProject, tinyRecipe } from './tiny-project.js';

/** How a run that fails is started. */
export interface Start {
  readonly name: string;
  readonly controls: Partial<FineTuneOptions>;
  /** What is in its directory before, a copy of this one; undefined where there is none. */
  readonly found: string | undefined;
  /** Its calls that change the disk; where something was found, up to the first step, from where they are those of a new run. */
  log: readonly string[];
}

export interface FailingRuns {
  readonly output: string;
  /** Files of a run without a fault, by their path in the directory. */
  readonly whole: Readonly<Record<string, string>>;
  /** All calls of a run without a fault. */
  readonly calls: readonly string[];
  fail(start: Start, fault: Fault): Promise<{ readonly call: string; readonly error: unknown }>;
  /** @returns what is wrong when the run is finished after all, and how it was finished */
  goOn(start: Start): Promise<{ readonly problems: string[]; readonly resumed: boolean }>;
}

/** In memory, where a system has that: some thousand files are flushed. */
const MEMORY = '/dev/shm';

/** @returns the starts, and what is done with them; filled before the tests of the file */
export function failingRuns(): { readonly starts: readonly Start[]; readonly runs: FailingRuns } {
  const { directory } = tinyProject(existsSync(MEMORY) ? MEMORY : undefined);
  /** Everything that a run can write: checkpoints of which the oldest goes, a best model, answers, metrics. */
  const recipe = {
    ...tinyRecipe(directory),
    output: join(directory, 'run'),
    steps: 3,
    batch: { rows: 2 },
    length: 32,
    checkpoint: { every: 1, keep: 2 },
    evaluate: { every: 2 },
    report: { samples: ['Hi'], maxNewTokens: 2 },
    predictTime: false,
  };
  const { output } = recipe;
  const places = { other: join(directory, 'other'), half: join(directory, 'half') };
  const fresh: Start = { name: 'a new run', controls: {}, found: undefined, log: [] };
  const starts: readonly Start[] = [
    fresh,
    { name: 'a run over another one', controls: { overwrite: true }, found: places.other, log: [] },
    { name: 'a run that goes on', controls: { resume: true }, found: places.half, log: [] },
  ];
  let whole: Record<string, string> = {};
  let calls: readonly string[] = [];

  const finish = async (options: Partial<FineTuneOptions>) => {
    expect((await lastEvent(fineTune({ ...recipe, ...options } as FineTuneOptions)))?.type).toBe('finished');
  };

  const run = async (
    { found, controls }: Start,
    fault?: Fault,
  ): Promise<{ disk: DyingDisk; error: unknown }> => {
    rmSync(output, { recursive: true, force: true });
    if (found !== undefined) cpSync(found, output, { recursive: true });
    const disk = dyingDisk(fault);
    let error: unknown;
    const ended = lastEvent(fineTune({ ...recipe, ...controls } as FineTuneOptions)).catch(
      (cause: unknown) => {
        error = cause;
      },
    );
    await Promise.race([ended, disk.died]);
    await disk.restore();
    declareDead(output);
    return { disk, error };
  };

  beforeAll(async () => {
    await finish({ seed: 7, output: places.other });
    const { disk } = await run(fresh);
    ({ calls } = disk);
    fresh.log = disk.log;
    whole = snapshot(output);
    // Killed in the last checkpoint: two others are found, and a best model.
    await run(fresh, { at: disk.log.findIndex((call) => call.includes('step-3')) + 4, kind: 'kill' });
    renameSync(output, places.half);
    for (const start of starts.filter(({ found }) => found !== undefined)) {
      const { log } = (await run(start)).disk;
      expect(snapshot(output)).toEqual(whole);
      start.log = log.slice(0, log.findIndex((call) => call.startsWith('appendFile')) + 1);
    }
  });

  const resumeOrStartAgain = async ({ controls }: Start): Promise<boolean> => {
    try {
      await finish({ resume: true });
      return true;
    } catch (error) {
      expect((error as Error).message).toMatch(
        /expected a checkpoint to resume from, found none; train without --resume|no other is whole; train without --resume|seed was 7 in the checkpoint's run/,
      );
    }
    const holdsRun = ['recipe.yaml', 'metrics.jsonl'].every((file) => existsSync(join(output, file)));
    if (holdsRun && controls.overwrite !== true)
      await expect(finish({})).rejects.toThrow('already holds a run');
    await finish({ overwrite: holdsRun });
    return false;
  };

  return {
    starts,
    runs: {
      output,
      get whole() {
        return whole;
      },
      get calls() {
        return calls;
      },
      async fail(start, fault) {
        const { disk, error } = await run(start, fault);
        return { call: `${fault.kind} at call ${fault.at}, ${disk.log[fault.at - 1]}`, error };
      },
      async goOn(start) {
        const resumed = await resumeOrStartAgain(start);
        const found = snapshot(output);
        const differing = [...new Set([...Object.keys(found), ...Object.keys(whole)])].filter(
          (path) => found[path] !== whole[path],
        );
        return {
          problems: differing.map((path) => `${path} ${path in whole ? 'differs' : 'is left over'}`),
          resumed,
        };
      },
    },
  };
}

async function lastEvent(run: AsyncIterable<RunEvent>): Promise<RunEvent | undefined> {
  let last: RunEvent | undefined;
  for await (const event of run) last = event;
  return last;
}

/** Files and directories of a run, without the fields that depend on how fast the machine was. */
function snapshot(output: string): Record<string, string> {
  const entries = readdirSync(output, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name) + (entry.isFile() ? '' : '/'));
  return Object.fromEntries(
    paths.sort().map((path) => {
      const text = path.endsWith('/') ? '' : readFileSync(path, 'latin1');
      const isTimed = /(?:metrics\.jsonl|summary\.json|state\.json|manifest\.json)$/.test(path);
      return [path.slice(output.length), isTimed ? withoutTimes(text) : text];
    }),
  );
}

function withoutTimes(text: string): string {
  return text
    .replace(/"(?:tokensPerSecond|memoryBytes|peakMemoryBytes|seconds|clock)": ?[^,\n}]*/g, '')
    .replace(/"state\.json": \{[^}]*\}/, '');
}

let deadPid: string | undefined;

/** Gives the locks of this process, which lives on, to one that has ended. */
function declareDead(output: string): void {
  deadPid ??= execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
  const names = existsSync(output) ? readdirSync(output) : [];
  for (const name of names.filter((file) => file.startsWith('run.lock'))) {
    const lock = join(output, name);
    for (const file of readdirSync(lock)) {
      const text = readFileSync(join(lock, file), 'utf8').replace(`"pid":${process.pid}`, `"pid":${deadPid}`);
      rmSync(join(lock, file));
      writeFileSync(join(lock, file.replace(`${process.pid}-`, `${deadPid}-`)), text);
    }
    renameSync(lock, join(output, name.replace(`.${process.pid}-`, `.${deadPid}-`)));
  }
}
