/**
 * The one vitest configuration. Packages resolve to their sources, so tests need no build; with
 * SFTKIT_DIST=1 they resolve to what users get, the built `dist`.
 */
import { defineConfig } from 'vitest/config';

const published = ['import', 'module', 'default'];
const conditions = process.env.SFTKIT_DIST ? published : ['@sftkit/source', ...published];

export const config = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions: ['node', ...conditions] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: '.cache/test-report.json' }]],
    // Two cores: more workers than that only wait for each other.
    maxWorkers: 2,
  },
});
