/**
 * `inspect` of data large enough for a second thread says what it says on one: started as users start it, built, and
 * as contributors do, from source. The working directory is neither's.
 */
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { leavingOutTemplate, tinyProject, writeRows } from './tiny-fixture.js';

const { directory, base } = tinyProject();
const template = join(directory, 'leaving-out.jinja');
writeFileSync(template, leavingOutTemplate);

/** 8.5 million characters, some of them in examples that are refused. */
const data = writeRows(
  join(directory, 'large.jsonl'),
  Array.from({ length: 1000 }, (_, row) => ({
    prompt: row % 300 === 299 ? 'Say <|endoftext|>' : 'What is blue?',
    completion: `${row}: ${'The sky is blue. '.repeat(500 + (row % 7))}`,
  })),
);

const command = ['inspect', '--tokenizer', base, '--template', template, '--data', data];
const app = join(import.meta.dirname, '..');
const loader = import.meta.resolve('tsx');
const watch = "data:text/javascript,process.on('worker', () => console.error('a thread'))";

describe.each([
  ['from source', join(app, 'src', 'cli.ts'), ['--conditions=@sftkit/source', '--import', loader]],
  ['built (needs a build)', join(app, 'dist', 'cli.js'), []],
])('%s', (_, cli, options) => {
  test.skipIf(!existsSync(cli))('two threads say what one says', async () => {
    const inspect = async (threads: number) => {
      const args = ['--import', watch, ...options, cli, ...command, '--threads', `${threads}`];
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: directory });
      return { stdout, threads: stderr.match(/^a thread$/gm)?.length ?? 0 };
    };
    const [one, two] = [await inspect(1), await inspect(2)];
    expect(one.stdout).toMatch(/\n1,000 examples, .*Training drops 3 of 1,000 .*large\.jsonl:300: /s);
    expect(two.stdout).toBe(one.stdout);
    // The loader of sources has one of its own.
    expect(two.threads).toBe(one.threads + 1);
  });
});
