import { defineConfig } from 'tsup';

export default defineConfig({
  // The worker stands beside whatever starts it.
  entry: { cli: 'src/cli.ts', 'preparation-worker': 'src/prepare/preparation-worker.ts' },
  format: 'esm',
  target: 'node20',
  platform: 'node',
  clean: true,
  sourcemap: true,
});
