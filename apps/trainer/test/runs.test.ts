/** Runs that are stopped, ended twice, or get into each other's way; those with signals in processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sftkit, tinyProject, writeRecipe } from './tiny-fixture.js';

const { directory } = tinyProject();
const weightsOf = (run: string): Buffer => readFileSync(join(run, 'model', 'model.safetensors'));

/** The command line in a process of its own. */
function start(environment: Readonly<Record<string, string>>, ...args: readonly string[]): ChildProcess {
  const {
    XDG_CACHE_HOME: _cache,
    XDG_DATA_HOME: _data,
    ORT_DISABLE_TELEMETRY: _choice,
    ...inherited
  } = process.env;
  const cli = join(import.meta.dirname, '..', 'src', 'cli.ts');
  return spawn(process.execPath, ['--import', 'tsx', '--conditions=@sftkit/source', cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, ...environment },
    cwd: join(import.meta.dirname, '..'),
  });
}

/** Waits for a line of the process's output. */
function printed(child: ChildProcess, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (pattern.test(text)) resolve();
    });
    child.on('exit', (code) => reject(new Error(`ended with ${code} before ${pattern}: ${text}`)));
  });
}

function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly err: string }> {
  let err = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, err })));
}

describe('a run that is asked to stop', { timeout: 120_000 }, () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s finishes its step, saves it, and goes on with the same bits', async (name, code) => {
    const recipe = writeRecipe(directory, { steps: 200 });
    const whole = join(directory, 'whole');
    if (!existsSync(whole)) expect((await sftkit('train', recipe, `output=${whole}`)).code).toBe(0);
    const output = join(directory, name);
    const child = start({}, 'train', recipe, `output=${output}`);
    const end = ended(child);
    await printed(child, /step 8\/200/);
    child.kill(name);
    const outcome = await end;
    expect(outcome.code).toBe(code);
    expect(outcome.err).toMatch(
      new RegExp(
        `^stopped by ${name}: step \\d+ of 200 is done and saved; the same command with --resume goes on\n$`,
      ),
    );
    expect(readdirSync(output).sort()).toEqual(['checkpoints', 'metrics.jsonl', 'recipe.yaml']);
    const resumed = await sftkit('train', recipe, `output=${output}`, '--resume');
    expect(resumed).toMatchObject({ code: 0, err: '' });
    expect(weightsOf(output)).toEqual(weightsOf(whole));
  });

  test('outlives its reader', async () => {
    const output = join(directory, 'headless');
    const child = start({}, 'train', writeRecipe(directory, { steps: 20 }), `output=${output}`);
    const end = ended(child);
    child.stdout!.once('data', () => child.stdout!.destroy());
    expect(await end).toEqual({ code: 0, err: '' });
    expect(existsSync(join(output, 'summary.json'))).toBe(true);
  });
});

test('nothing is left in the home folder, nor told to anybody', { timeout: 60_000 }, async () => {
  const home = join(directory, 'home');
  mkdirSync(home);
  const base = join(import.meta.dirname, '..', '..', '..', 'recipes', 'tiny-base');
  const child = start(
    { HOME: home, USERPROFILE: home },
    ...['generate', '--model', base, '--prompt', 'Once', '--max-new-tokens', '2', '--backend', 'onnx'],
  );
  expect(await ended(child)).toEqual({ code: 0, err: '' });
  expect(readdirSync(home)).toEqual([]);
});

describe('the end of a run', () => {
  test('is a state to go on from: the model is written again, whatever became of it', async () => {
    const output = join(directory, 'ended');
    const recipe = writeRecipe(directory);
    expect((await sftkit('train', recipe, `output=${output}`)).code).toBe(0);
    expect(readdirSync(join(output, 'checkpoints'))).toEqual(['step-4']);
    const weights = weightsOf(output);
    for (const ruin of [
      () => undefined,
      () => rmSync(join(output, 'model'), { recursive: true }),
      () => rmSync(join(output, 'model', 'config.json')),
      () => {
        mkdirSync(join(output, 'model.new'));
        rmSync(join(output, 'summary.json'));
      },
    ]) {
      ruin();
      expect(await sftkit('train', recipe, `output=${output}`, '--resume')).toMatchObject({
        code: 0,
        err: '',
      });
      expect(weightsOf(output)).toEqual(weights);
      expect(readdirSync(output).sort()).toEqual([
        ...['checkpoints', 'metrics.jsonl', 'model', 'recipe.yaml', 'summary.json'],
      ]);
    }
    const metrics = readFileSync(join(output, 'metrics.jsonl'), 'utf8').trim().split('\n');
    expect(metrics).toHaveLength(4);
  });

  test('a damaged checkpoint is passed over by name, for the newest that is whole', async () => {
    const output = join(directory, 'damaged');
    const recipe = writeRecipe(directory, { checkpoint: { every: 2, keep: 2 } });
    expect((await sftkit('train', recipe, `output=${output}`)).code).toBe(0);
    const weights = weightsOf(output);
    const file = join(output, 'checkpoints', 'step-4', 'optimizer.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(file, bytes);
    const { code, err, out } = await sftkit('train', recipe, `output=${output}`, '--resume');
    expect(err).toMatch(
      /^note: passed over .*step-4: the checkpoint is damaged \(optimizer\.safetensors: [^\n]*\n$/,
    );
    expect(out).toMatch(/Resuming from .*step-2 at step 2/);
    expect(code).toBe(0);
    expect(weightsOf(output)).toEqual(weights);
    rmSync(join(output, 'checkpoints', 'step-2', 'manifest.json'));
    rmSync(join(output, 'checkpoints', 'step-4'), { recursive: true });
    const none = await sftkit('train', recipe, `output=${output}`, '--resume');
    expect(none.err).toMatch(
      /^error: .*step-2: the checkpoint is damaged .*, but no other is whole; train without --resume\n$/,
    );
  });

  test('is the same on another day, though the template writes the date', async () => {
    const template = join(directory, 'dated.jinja');
    const turn = '{{ m.role }}: {{ m.content }}<|endoftext|>';
    writeFileSync(
      template,
      `{{ strftime_now('%Y-%m-%d %H:%M:%S.%f') }}{% for m in messages %}${turn}{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}`,
    );
    const recipe = writeRecipe(directory, { template, length: 64 });
    const output = join(directory, 'dated');
    expect((await sftkit('train', recipe, `output=${output}`)).code).toBe(0);
    const weights = weightsOf(output);
    expect(await sftkit('train', recipe, `output=${output}`, '--resume')).toMatchObject({ code: 0, err: '' });
    expect(weightsOf(output)).toEqual(weights);
  });

  test('is saved every so many minutes, too', async () => {
    const output = join(directory, 'often');
    const recipe = writeRecipe(directory, { checkpoint: { everyMinutes: 1e-9, keep: 9 } });
    expect((await sftkit('train', recipe, `output=${output}`)).code).toBe(0);
    expect(readdirSync(join(output, 'checkpoints')).sort()).toEqual(['step-1', 'step-2', 'step-3', 'step-4']);
  });
});

describe('one run, one process', () => {
  const lockedBy = (output: string, pid: number, host = hostname()): string => {
    const lock = join(output, 'run.lock');
    mkdirSync(lock, { recursive: true });
    const holder = { pid, host, started: '2026-01-01T00:00:00Z' };
    writeFileSync(join(lock, `${pid}-${randomUUID()}`), JSON.stringify(holder));
    return lock;
  };

  test.each(['', '--resume', '--overwrite'])('a second one is refused by name (%s)', async (option) => {
    const output = join(directory, 'ended');
    const lock = lockedBy(output, process.ppid);
    const args = ['train', writeRecipe(directory), `output=${output}`, ...(option === '' ? [] : [option])];
    const { code, err } = await sftkit(...args);
    expect(code).toBe(1);
    expect(err).toMatch(
      new RegExp(`another process is writing this run: pid ${process.ppid} on .*, since 2026-01-01`),
    );
    expect(existsSync(lock)).toBe(true);
    rmSync(lock, { recursive: true });
  });

  test('one on another machine counts as alive', async () => {
    const output = join(directory, 'elsewhere');
    lockedBy(output, 1, 'another-machine');
    const { err } = await sftkit('train', writeRecipe(directory), `output=${output}`);
    expect(err).toContain('pid 1 on another-machine');
  });

  test('the lock of a process that is gone is taken over, with a word', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => gone.on('close', resolve));
    const output = join(directory, 'orphan');
    lockedBy(output, gone.pid!);
    const { code, err } = await sftkit('train', writeRecipe(directory), `output=${output}`);
    expect(err).toContain(`pid ${gone.pid}, which wrote this run, is gone`);
    expect(code).toBe(0);
    expect(readdirSync(output)).not.toContain('run.lock');
  });

  test('a run that never began leaves nothing', async () => {
    const output = join(directory, 'never');
    const { code } = await sftkit('train', writeRecipe(directory), `output=${output}`, 'length=100');
    expect(code).toBe(1);
    expect(existsSync(output)).toBe(false);
  });
});

test.each(['model', 'checkpoints', 'summary.json'])(
  "--overwrite does not remove somebody else's %s",
  async (name) => {
    const output = join(directory, `others-${name}`);
    mkdirSync(join(output, name), { recursive: true });
    writeFileSync(join(output, name, 'precious'), 'x');
    const { code, err } = await sftkit('train', writeRecipe(directory), `output=${output}`, '--overwrite');
    expect(code).toBe(1);
    expect(err).toContain(`expected an empty output directory, found other files (${name})`);
    expect(readdirSync(join(output, name))).toEqual(['precious']);
  },
);
