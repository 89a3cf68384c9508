/** A run that is killed at any of its calls to the disk is finished by the next one, to the same bits, and nothing is left over. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '../src/index.js';
import { type FineTuneOptions, fineTune } from '../src/index.node.js';
import { type DyingDisk, dyingDisk, type Fault } from './dying-disk.js';
import { tinyProject, tinyRecipe } from './tiny-project.js';

/** In memory, where a system has that: some thousand files are flushed. */
const MEMORY = '/dev/shm';
const { directory } = tinyProject(existsSync(MEMORY) ? MEMORY : undefined);
/** Of a process that has ended. */
const deadPid = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));

/** Everything that a run can write: checkpoints of which the oldest goes, a best model, answers, metrics. */
const recipe = {
  ...tinyRecipe(directory),
  output: join(directory, 'killed'),
  steps: 3,
  batch: { rows: 4 },
  checkpoint: { every: 1, keep: 2 },
  evaluate: { every: 2 },
  report: { samples: ['Hi'], maxNewTokens: 2 },
  predictTime: false,
} as unknown as FineTuneOptions & { output: string };

async function lastEvent(run: AsyncIterable<RunEvent>): Promise<RunEvent | undefined> {
  let last: RunEvent | undefined;
  for await (const event of run) last = event;
  return last;
}

/** Lines and fields that depend on how fast the machine was are left out. */
function snapshot(output: string): Record<string, string> {
  const names = readdirSync(output, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.sort().map((path) => {
      const text = readFileSync(path, 'latin1');
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

let whole: Record<string, string>;
let log: readonly string[];
let calls: number;

beforeAll(async () => {
  const disk = dyingDisk(undefined);
  expect((await lastEvent(fineTune(recipe)))?.type).toBe('finished');
  await disk.restore();
  ({ log, calls } = disk);
  whole = snapshot(recipe.output);
});

/** The run up to its fault. @returns what it ended with, if it was not killed */
async function runUntil(fault: Fault): Promise<{ disk: DyingDisk; error: unknown }> {
  rmSync(recipe.output, { recursive: true, force: true });
  const disk = dyingDisk(fault);
  let error: unknown;
  const run = lastEvent(fineTune(recipe)).catch((cause: unknown) => {
    error = cause;
  });
  await Promise.race([run, disk.died]);
  await disk.restore();
  return { disk, error };
}

/** What a person would do next: go on, or begin anew where there is nothing to go on from. */
async function goOn(): Promise<void> {
  // The process of the lock is this one, which lives on.
  const names = existsSync(recipe.output) ? readdirSync(recipe.output) : [];
  for (const name of names.filter((file) => /^run\.lock(?:\.\d+)?$/.test(file))) {
    const path = join(recipe.output, name);
    const text = readFileSync(path, 'utf8').replace(`"pid":${process.pid}`, `"pid":${deadPid}`);
    rmSync(path);
    writeFileSync(path.replace(`.${process.pid}`, `.${deadPid}`), text);
  }
  try {
    expect((await lastEvent(fineTune({ ...recipe, resume: true })))?.type).toBe('finished');
  } catch (error) {
    expect((error as Error).message).toMatch(
      /expected a checkpoint to resume from, found none; train without --resume/,
    );
    const again = fineTune({ ...recipe, overwrite: existsSync(join(recipe.output, 'recipe.yaml')) });
    expect((await lastEvent(again))?.type).toBe('finished');
  }
}

test('a run makes some hundred calls to the disk', () => {
  expect(calls).toBeGreaterThan(200);
  expect(log.length).toBeGreaterThan(60);
  expect(Object.keys(whole).some((path) => path.startsWith('/best/'))).toBe(true);
});

/** What was wrong after a fault; empty where all is as it should be. */
async function problemsAfter(fault: Fault): Promise<string[]> {
  const { disk, error } = await runUntil(fault);
  const place = `${fault.kind} at call ${fault.at}, ${disk.log[fault.at - 1]}`;
  const problems: string[] = [];
  if (fault.kind === 'full' && error !== undefined && !/ENOSPC/.test((error as Error).message)) {
    problems.push(`${place}: ${(error as Error).message}`);
  }
  try {
    await goOn();
  } catch (cause) {
    return [...problems, `${place}: ${(cause as Error).message}`];
  }
  const found = snapshot(recipe.output);
  for (const path of new Set([...Object.keys(found), ...Object.keys(whole)])) {
    if (found[path] !== whole[path]) {
      problems.push(`${place}: ${path} ${whole[path] === undefined ? 'is left over' : 'differs'}`);
    }
  }
  return problems;
}

/** Calls that can be half made, and calls that want room. */
const AFFECTED = { kill: /^/, torn: /^(?:write|appendFile|rm)/, full: /^(?:mkdir|open|write|appendFile)/ };

test.each(['kill', 'torn', 'full'] as const)(
  '%s at every call: the same bits, and nothing left over',
  async (kind) => {
    const problems: string[] = [];
    for (const [index, call] of log.entries()) {
      if (AFFECTED[kind].test(call)) problems.push(...(await problemsAfter({ at: index + 1, kind })));
    }
    expect(problems).toEqual([]);
  },
  300_000,
);
