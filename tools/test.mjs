/**
 * `npm test`: set-up, then the tests of every package through turbo, then one plain line that sums them.
 * Fails if a test fails or a package that has a test script ran no test.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environment, root, run, setUp } from './setup.mjs';

setUp();

const packages = ['packages', 'apps', 'tools', '.']
  .flatMap((folder) =>
    folder === '.' ? ['bench'] : readdirSync(join(root, folder)).map((name) => join(folder, name)),
  )
  .filter((path) => existsSync(join(root, path, 'package.json')))
  .filter((path) => JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')).scripts?.test);
const reportOf = (path) => join(root, path, '.cache', 'test-report.json');

for (const path of packages) {
  rmSync(reportOf(path), { force: true });
}
// Results depend on whether the real models and data lie beside the project: part of turbo's cache key.
environment.SFTKIT_SHARED_PRESENT = existsSync(join(root, '..', 'shared', 'SOURCES.md')) ? '1' : '0';
const code = run('turbo', [
  'run',
  'test',
  '--continue',
  '--concurrency=2',
  '--log-order=grouped',
  '--output-logs=new-only',
  '--no-update-notifier',
  ...process.argv.slice(2),
]);

let passed = 0;
let failed = 0;
let skipped = 0;
const silent = [];
console.log('');
for (const path of packages) {
  if (!existsSync(reportOf(path))) {
    silent.push(path);
    continue;
  }
  const report = JSON.parse(readFileSync(reportOf(path), 'utf8'));
  const notRun = report.numPendingTests + report.numTodoTests;
  console.log(
    `  ${path.padEnd(24)} ${report.numPassedTests} passed, ${report.numFailedTests} failed, ${notRun} skipped`,
  );
  if (report.numPassedTests + report.numFailedTests === 0) {
    silent.push(path);
  }
  passed += report.numPassedTests;
  // A file that does not even load fails the suite without failing a test.
  failed += report.success ? report.numFailedTests : Math.max(1, report.numFailedTests);
  skipped += notRun;
}
for (const path of silent) {
  console.error(`error: ${path} ran no test`);
}
console.log('');
console.log(`${passed} passed, ${failed + silent.length} failed, ${skipped} skipped`);
process.exit(code !== 0 || failed > 0 || silent.length > 0 ? 1 : 0);
