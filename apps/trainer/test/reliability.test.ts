/** What the command line does at its limits; `docs/reliability.md` lists where all that was found is tested. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const base = join(import.meta.dirname, '..', '..', '..', 'recipes', 'tiny-base');

/** @returns bytes by which a program's memory grew at most, beyond what it took before `work` */
async function peakBytes(before: string, work: string): Promise<number> {
  const program = `${before}
    const start = process.resourceUsage().maxRSS;
    ${work}
    console.log((process.resourceUsage().maxRSS - start) * 1024);`;
  const { stdout } = await run(
    process.execPath,
    ['--import', 'tsx', '--conditions=@sftkit/source', '--input-type=module', '-e', program],
    { cwd: join(import.meta.dirname, '..') },
  );
  return Number(stdout);
}

test('26: a text of 5 MB of one letter takes at most a hundred bytes for each to tokenize', {
  timeout: 60_000,
}, async () => {
  const bytes = await peakBytes(
    `import { loadTokenizer } from '@sftkit/tokenization/node';
    const tokenizer = await loadTokenizer(${JSON.stringify(base)});
    tokenizer.encode('a'.repeat(5000));`,
    `if (tokenizer.encode('a'.repeat(5e6)).ids.length === 0) throw new Error('no tokens');`,
  );
  // Of which the ids and the offsets are 12.
  expect(bytes).toBeGreaterThan(12 * 5e6);
  expect(bytes).toBeLessThan(100 * 5e6);
});
