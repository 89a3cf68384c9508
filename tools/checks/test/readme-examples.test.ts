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

/** Each ```ts block that has its output behind it, fenced or indented by four spaces. A page's examples run in a page. */
function examplesOf(readme: string): { code: string; output: string }[] {
  const example =
    /^```ts\n(?<code>(?:(?!^```).)*?)^```\n\s*?(?:^```text\n(?<fenced>.*?)^```$|(?<indented>(?:^ {4}[^\n]*\n)+))/gms;
  return Array.from(readme.replace(/^## In a page$.*?(?=^## )/ms, '').matchAll(example), ({ groups }) => ({
    code: groups!.code!,
    output: groups!.fenced ?? groups!.indented!.replace(/^ {4}/gm, ''),
  }));
}

/**
 * Runs a program of the package `name` against the sources of all packages, in an empty folder with the recipes
 * of the repository, and returns what it printed.
 */
async function run(name: string, number: number, code: string): Promise<string> {
  const directory = join(folder, `${name}-${number}`);
  mkdirSync(directory);
  symlinkSync(join(root, 'recipes'), join(directory, 'recipes'));
  // Inside the package, so that it finds itself and what it depends on by their names.
  const cache = join(root, 'packages', name, '.cache');
  mkdirSync(cache, { recursive: true });
  const program = join(cache, `readme-example-${number}.ts`);
  writeFileSync(program, code);
  try {
    const tsx = join(root, 'node_modules', '.bin', 'tsx');
    const options = { cwd: directory, env: { ...process.env, NO_COLOR: '1' } };
    return (await promisify(execFile)(tsx, ['--conditions=@sftkit/source', program], options)).stdout;
  } finally {
    rmSync(program);
  }
}

const examples = packages.flatMap((name) =>
  examplesOf(readFileSync(join(root, 'packages', name, 'README.md'), 'utf8')).map(
    ({ code, output }, number) => ({ name, number, code, output }),
  ),
);

describe.concurrent('the examples of the READMEs', () => {
  it.each(packages)('%s: the first is short, and says what it prints', (name) => {
    const { code, output } = examples.find((example) => example.name === name)!;
    expect(output).not.toBe('');
    expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
  });

  it.each(examples)('$name $number: prints what it says', async ({ name, number, code, output }) => {
    expect((await run(name, number, code)).trimEnd()).toBe(output.trimEnd());
  });
});
