/**
 * `npm run mutants`: makes each fault of `mutants.ts` in a copy of the project and runs the tests of its package; what
 * they do not notice in templates has to be noticed by those of masking. Prints a table; exit code 1 below 95 %.
 * `npm run mutants answer` takes only the files with that in their name.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mutants } from './mutants.js';

const root = join(import.meta.dirname, '..', '..');
const place = mkdtempSync(join(tmpdir(), 'sftkit-mutants-'));
const copy = join(place, 'project');
const wanted = process.argv[2] ?? '';
/** Share of the mutants that tests have to notice. */
const GOAL = 0.95;

copyProject();
const survivors: string[] = [];
const chosen = mutants.filter(({ file }) => file.includes(wanted));
for (const { file, find } of chosen) {
  const count = readFileSync(join(copy, 'packages', file), 'utf8').split(find).length - 1;
  if (count !== 1)
    throw new Error(`mutants: expected once in packages/${file}, found ${count} times: ${find}`);
}
try {
  for (const packageName of new Set(['masking', ...chosen.map(({ file }) => file.split('/')[0]!)]))
    if (!passes(packageName)) throw new Error(`mutants: the tests of ${packageName} fail without a fault`);
  for (const { file, find, replace } of chosen) {
    const path = join(copy, 'packages', file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      source.replace(find, () => replace),
    );
    const start = performance.now();
    const [own] = file.split('/') as [string];
    const noticedBy = [own, 'masking'].find((packageName) => !passes(packageName));
    writeFileSync(path, source);
    const seconds = Math.round((performance.now() - start) / 1000);
    const what = `| ${file} | \`${find.trim().slice(0, 70)}\` | \`${replace.trim().slice(0, 60)}\``;
    console.log(`${what} | ${noticedBy ?? '**nobody**'} | ${seconds} s |`);
    if (noticedBy === undefined) survivors.push(`${file}: ${find}`);
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
const noticed = chosen.length - survivors.length;
console.log(
  `\n${noticed} of ${chosen.length} faults noticed (${((100 * noticed) / chosen.length).toFixed(1)} %)`,
);
if (noticed < GOAL * chosen.length) process.exitCode = 1;

function passes(packageName: string): boolean {
  const vitest = join(root, 'node_modules', '.bin', 'vitest');
  // Threads end with their process: a fault that loops for ever leaves nothing behind.
  const { status } = spawnSync(vitest, ['run', '--bail=1', '--reporter=dot', '--pool=threads'], {
    cwd: join(copy, 'packages', packageName),
    stdio: 'ignore',
    timeout: 240_000,
  });
  return status === 0;
}

/** Tracked and new files, and the links to what is installed. */
function copyProject(): void {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  const files = listed.toString().trim().split('\n');
  for (const file of files) {
    if (!/^(packages|tools|[^/]+$)/.test(file) || !existsSync(join(root, file))) continue;
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const folder of new Set(files.filter((file) => file.endsWith('/package.json')).map(dirname))) {
    const installed = join(root, folder, 'node_modules');
    if (!existsSync(installed) || !existsSync(join(copy, folder))) continue;
    cpSync(installed, join(copy, folder, 'node_modules'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: isLink,
    });
  }
  const shared = join(root, '..', 'shared');
  if (existsSync(shared)) symlinkSync(shared, join(place, 'shared'));
}

/** Links and the folders that hold them; caches stay behind. */
function isLink(path: string): boolean {
  return !/node_modules\/\.(?!bin|modules)/.test(path);
}
