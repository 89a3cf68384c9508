import { defineConfig } from 'tsup';

/** What races as sftkit. */
export default defineConfig({
  entry: ['src/sftkit-step.ts'],
  format: 'esm',
  target: 'node20',
  platform: 'node',
  clean: true,
  sourcemap: true,
});
