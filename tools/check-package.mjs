/** Packs the package in the current folder and checks the tarball as its users will see it: publint, attw. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'sftkit-pack-'));
const root = join(import.meta.dirname, '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);
try {
  execFileSync(bin('pnpm'), ['pack', '--pack-destination', folder], { stdio: 'pipe' });
  const tarball = join(folder, readdirSync(folder)[0]);
  execFileSync(bin('publint'), ['run', tarball, '--strict'], { stdio: 'inherit' });
  if (JSON.parse(readFileSync('package.json', 'utf8')).exports) {
    execFileSync(bin('attw'), [tarball, '--profile', 'esm-only'], { stdio: 'inherit' });
  }
} catch (error) {
  console.error(
    `error: ${process.cwd()} does not pack cleanly: ${error.stderr?.toString() || error.message}`,
  );
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
