/** What a package's README shows first is what its sources do: the example is run, and prints what stands under it. */
import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const packages = readdirSync(join(root, 'packages'));
const folder = mkdtempSync(join(tmpdir(), 'sftkit-readme-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The first ```ts block, and the block behind it: fenced, or indented by four spaces. */
function exampleOf(readme: string): { code: string; output: string } {
  const example =
    /^```ts\n(?<code>.*?)^```\n\s*?(?:^```\w*\n(?<fenced>.*?)^```$|(?<indented>(?:^ {4}[^\n]*\n)+))/ms;
  const { code, fenced, indented } = example.exec(readme)?.groups ?? {};
  return { code: code ?? '', output: fenced ?? indented?.replace(/^ {4}/gm, '') ?? '' };
}

/**
 * Runs a program of the package `name` against the sources of all packages, in an empty folder with the recipes
 * of the repository, and returns what it printed.
 */
async function run(name: string, code: string): Promise<string> {
  const directory = join(folder, name);
  mkdirSync(directory);
  symlinkSync(join(root, 'recipes'), join(directory, 'recipes'));
  // Inside the package, so that it finds itself and what it depends on by their names.
  const cache = join(root, 'packages', name, '.cache');
  mkdirSync(cache, { recursive: true });
  const program = join(cache, 'readme-example.ts');
  writeFileSync(program, code);
  try {
    const tsx = join(root, 'node_modules', '.bin', 'tsx');
    const options = { cwd: directory, env: { ...process.env, NO_COLOR: '1' } };
    return (await promisify(execFile)(tsx, ['--conditions=@sftkit/source', program], options)).stdout;
  } finally {
    rmSync(program);
  }
}

describe.concurrent('the first example of the README', () => {
  it.each(packages)('%s: prints what it says', async (name) => {
    const { code, output } = exampleOf(readFileSync(join(root, 'packages', name, 'README.md'), 'utf8'));
    expect(output).not.toBe('');
    expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
    expect((await run(name, code)).trimEnd()).toBe(output.trimEnd());
  });
});
