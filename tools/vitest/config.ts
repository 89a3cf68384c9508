/** The one vitest configuration: packages resolve to their sources, so tests need no build. */
import { defineConfig } from 'vitest/config';

const conditions = ['@sftkit/source', 'import', 'module', 'default'];

export const config = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: '.cache/test-report.json' }]],
    // Two cores: more workers than that only wait for each other.
    maxWorkers: 2,
  },
});
