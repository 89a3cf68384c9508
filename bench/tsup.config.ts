import { defineConfig } from 'tsup';

/** The contestants that are programs of Node, run as users run them: built, on built packages. */
export default defineConfig({
  entry: ['src/sftkit-step.ts', 'src/jax-step.ts', 'src/tfjs-step.ts', 'src/print-adapter.ts'],
  format: 'esm',
  target: 'node20',
  platform: 'node',
  clean: true,
  sourcemap: true,
});
