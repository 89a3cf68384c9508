import { defineConfig } from 'tsup';

export default defineConfig({
  // The worker stands beside whatever starts it.
  entry: {
    index: 'src/index.ts',
    'index.node': 'src/index.node.ts',
    'preparation-worker.node': 'src/examples/preparation-worker.node.ts',
  },
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  dts: true,
  clean: true,
  sourcemap: true,
});
