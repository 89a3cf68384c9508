/**
 * gpu.js in one file for Node and one for everything else, beside the built package: installed by its name, it would bring a
 * Dawn of 84 MB that it never loads. Not minified, since it reads functions by their source text.
 */
import { build } from 'esbuild';

const shared = {
  stdin: { contents: "module.exports = require('gpu.js');", resolveDir: import.meta.dirname },
  bundle: true,
  target: 'es2022',
  legalComments: 'inline',
  logLevel: 'error',
};

await build({
  ...shared,
  platform: 'node',
  format: 'cjs',
  // WebGL outside a browser, which needs a compiler; it is asked for only where it is installed.
  external: ['gl'],
  outfile: 'dist/vendor/gpu-js.cjs',
});
await build({ ...shared, platform: 'browser', format: 'esm', outfile: 'dist/vendor/gpu-js.js' });
