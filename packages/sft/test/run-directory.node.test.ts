/** A run removes and replaces what is a run's, and nothing else. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type FineTuneOptions, fineTune } from '../src/index.node.js';
import { tinyProject, tinyRecipe } from './tiny-project.js';

const { directory } = tinyProject();
const done = join(directory, 'done');

async function run(output: string, controls: Partial<FineTuneOptions> = {}): Promise<void> {
  const options = { ...tinyRecipe(directory, { steps: 1, output }), predictTime: false, ...controls };
  for await (const event of fineTune(options as FineTuneOptions)) if (event.type === 'finished') return;
}

beforeAll(() => run(done));

/** A directory with these files; a name that ends with a slash is a directory with a file. */
function filled(name: string, files: readonly string[]): string {
  const output = join(directory, name);
  mkdirSync(output);
  for (const file of files) {
    if (file.endsWith('/')) mkdirSync(join(output, file));
    writeFileSync(join(output, file.endsWith('/') ? `${file}precious` : file), 'precious');
  }
  return output;
}

function contents(output: string): Record<string, string> {
  const entries = readdirSync(output, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(output.length), readFileSync(path, 'latin1')]));
}

describe('overwrite', () => {
  test('replaces a run, and leaves what others put beside it', async () => {
    const output = join(directory, 'beside');
    cpSync(done, output, { recursive: true });
    const ours = readdirSync(output).sort();
    writeFileSync(join(output, 'notes.md'), 'precious');
    mkdirSync(join(output, 'plots'));
    writeFileSync(join(output, 'model', 'of-the-earlier-run'), '');
    mkdirSync(join(output, 'best'));
    await run(output, { overwrite: true });
    expect(readdirSync(output).sort()).toEqual([...ours, 'notes.md', 'plots'].sort());
    expect(readFileSync(join(output, 'notes.md'), 'utf8')).toBe('precious');
    expect(readdirSync(join(output, 'model'))).not.toContain('of-the-earlier-run');
  });

  test.each([
    [['model/']],
    [['checkpoints/']],
    [['summary.json']],
    [['recipe.yaml']],
    [['model/', 'recipe.yaml']],
    [['metrics.jsonl']],
    [['checkpoints/', 'metrics.jsonl']],
  ])('refuses a directory of somebody else, with %j, and changes nothing', async (files) => {
    const output = filled(files.join('-').replaceAll('/', ''), files);
    const before = contents(output);
    await expect(run(output, { overwrite: true })).rejects.toThrow(
      `${output}: expected an empty output directory, found other files (${files.join(', ').replaceAll('/', '')}); choose another with output=DIR`,
    );
    expect(contents(output)).toEqual(before);
  });
});

test('a run that goes on from the checkpoint of another directory does not write among files of somebody else', async () => {
  const resume = join(done, 'checkpoints', 'step-1');
  const output = filled('elsewhere', ['model/']);
  await expect(run(output, { resume })).rejects.toThrow('found other files (model)');
  expect(contents(output)).toEqual({ '/model/precious': 'precious' });
  rmSync(output, { recursive: true });
  await run(output, { resume });
  expect(existsSync(join(output, 'summary.json'))).toBe(true);
});

test('without being told, a run is not replaced', async () => {
  const before = contents(done);
  await expect(run(done)).rejects.toThrow(
    /the output directory already holds a run; choose another with output=DIR, go on with --resume, or replace it with --overwrite$/,
  );
  expect(contents(done)).toEqual(before);
});
