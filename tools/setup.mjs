/**
 * Everything that stands between a fresh clone with Node and npm and a built project: dependencies through
 * a pinned pnpm, then the build through turbo. Quick when nothing changed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const isWindows = process.platform === 'win32';

export const environment = {
  ...process.env,
  PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  // pnpm and npm each warn about the other's settings when one runs inside the other.
  npm_config_loglevel: 'error',
};

/** Runs a command in the project's root with the terminal as its own; returns its exit code. */
export function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env: environment,
    stdio: 'inherit',
    shell: isWindows,
  });
  if (error) {
    console.error(`error: could not start ${command}: ${error.message}`);
    return 1;
  }
  return status ?? 1;
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(
      `error: expected Node >= 20.19, found ${process.versions.node}; install a newer Node and try again`,
    );
    process.exit(1);
  }
}

function install() {
  const lockfile = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.sftkit-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) {
    return;
  }
  console.log('Installing dependencies (once) ...');
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const code = run('npx', [
    '--yes',
    packageManager,
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
  ]);
  if (code !== 0) {
    console.error('error: the dependencies could not be installed (see above)');
    process.exit(code);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lockfile);
}

/** Dependencies and build; ends the process with an error if either fails. */
export function setUp() {
  requireNode();
  install();
  const code = run('turbo', ['run', 'build', '--output-logs=errors-only', '--no-update-notifier']);
  if (code !== 0) {
    console.error('error: the build failed (see above)');
    process.exit(code);
  }
}
