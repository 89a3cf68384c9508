/**
 * gpu.js in one file for Node and one for everything else, beside the built package: installed by its name, it would bring a
 * Dawn of 84 MB that it never loads. Not minified, since it reads functions by their source text.
 */
import { build } from 'esbuild';

/** Modules of Node as imports, which a user's bundler keeps; it cannot keep `require` where it writes an ES module. */
const importsOfNode = {
  name: 'imports of node',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^(?:os|worker_threads)$/ }, ({ path }) => ({ path, namespace: 'node' }));
    onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({
      contents: `export * from 'node:${path}';`,
    }));
  },
};

const shared = {
  stdin: { contents: "module.exports = require('gpu.js');", resolveDir: import.meta.dirname },
  bundle: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'inline',
  logLevel: 'error',
};

await build({
  ...shared,
  platform: 'node',
  plugins: [importsOfNode],
  // WebGL outside a browser, which needs a compiler. gpu.js does without it where it is not to be had.
  external: ['gl'],
  outfile: 'dist/vendor/gpu-js.node.js',
});
await build({ ...shared, platform: 'browser', outfile: 'dist/vendor/gpu-js.js' });
