/**
 * The built package in plain Node. Kernels are read from their own source text, so a bundler that renames,
 * wraps or hoists what they use breaks them without any type being wrong.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

const script = `
  import { gpuBackend } from '@sftkit/tensor';
  import { compareOnBackend, conformanceCases } from '@sftkit/tensor/conformance';
  const backend = await gpuBackend({ mode: process.argv[1] });
  const failures = [];
  for (const one of conformanceCases) {
    failures.push(...(await compareOnBackend(one, backend)).failures);
  }
  await backend.dispose();
  console.log(JSON.stringify({ cases: conformanceCases.length, failures }));
`;

describe.skipIf(!existsSync(join(root, 'dist', 'index.js')))('the built package (needs a build)', () => {
  it.each(['cpu', 'webasm'])('passes the conformance suite on %s in plain Node', async (mode) => {
    const node = ['--input-type=module', '--eval', script, mode];
    const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: root });
    const { cases, failures } = JSON.parse(stdout) as { readonly cases: number; readonly failures: string[] };
    expect(failures).toEqual([]);
    expect(cases).toBeGreaterThan(100);
  });
});
