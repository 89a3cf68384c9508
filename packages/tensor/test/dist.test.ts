/**
 * The built package in plain Node. Kernels are read from their own source text, so a bundler that renames,
 * wraps or hoists what they use breaks them without any type being wrong.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ConformanceResult } from '../src/conformance/index.js';

const root = join(import.meta.dirname, '..');

// A file and not --eval: gpu.js's worker threads inherit such flags and would read their own code as a module.
const program = join(root, 'test', 'dist-program.mjs');
describe.skipIf(!existsSync(join(root, 'dist', 'index.js')))('the built package (needs a build)', () => {
  it.each(['cpu', 'webasm'])('passes the conformance suite on %s in plain Node', async (mode) => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, mode], { cwd: root });
    const results = JSON.parse(stdout) as ConformanceResult[];
    expect(results.filter(({ failures }) => failures.length > 0)).toEqual([]);
    expect(results.length).toBeGreaterThan(100);
  });

  it('comes with the licence of everything that is bundled', () => {
    const bundle = readFileSync(join(root, 'dist', 'vendor', 'gpu-js.node.js'), 'utf8');
    const sources = bundle.matchAll(/^\/\/ .*node_modules\/\.pnpm\/([^@/]+)@([^_/]+)/gm);
    const bundled = new Set([...sources].map(([, name, version]) => `${name} ${version}`));
    const licences = readFileSync(join(root, 'THIRD-PARTY-LICENSES.md'), 'utf8').matchAll(/^## (.+) \(/gm);
    expect([...licences].map(([, title]) => title).sort()).toEqual([...bundled].sort());
    expect(bundled.size).toBeGreaterThan(0);
  });
});
