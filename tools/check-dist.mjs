/** Runs the tests of the upper packages against what users get: the built `dist` of everything below them. */
import { environment, run } from './setup.mjs';

environment.SFTKIT_DIST = '1';
const packages = ['packages/tensor-onnx', 'packages/masking'];
for (const path of packages) {
  const code = run('vitest', ['run', '--root', path, '--reporter=dot']);
  if (code !== 0) {
    console.error(`error: the tests of ${path} fail against the built packages`);
    process.exit(code);
  }
}
