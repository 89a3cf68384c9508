/**
 * Each package installs into an empty project with npm alone, from its tarball and those of ours that it depends on; it runs
 * there, and takes no more room than it should. Nothing that npm installs has a script, so none can fail.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programs } from './packs-alone-programs.js';
import { lockedIn, megabytesOf, PackedWorkspace, packageFolders, run } from './packs-alone-project.js';

const APP_MEGABYTES = 24;

/** A tarball of ours, or an address of the form that registries have. npm may be set to leave those out, but no others. */
const ORIGIN = /^(?:file:|https?:\/\/.*\/-\/[^/]+\.tgz$)/;

const workspace = new PackedWorkspace();
beforeAll(() => workspace.pack());
afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

/** Everything came from the registry or a tarball of ours, ran no script, and is not too large. */
function expectCleanInstall(project: string, megabytes: number): void {
  const locked = lockedIn(project);
  expect(locked.length).toBeGreaterThan(0);
  expect(locked.filter(({ hasInstallScript }) => hasInstallScript)).toEqual([]);
  expect(locked.filter(({ resolved }) => resolved !== undefined && !ORIGIN.test(resolved))).toEqual([]);
  expect(megabytesOf(join(project, 'node_modules'))).toBeLessThan(megabytes);
}

it('has a program for each package, and for nothing else', () => {
  const missing = packageFolders.filter((name) => programs[name] === undefined);
  expect(missing, 'packages without a program; write one in packs-alone-programs.ts').toEqual([]);
  expect(Object.keys(programs).sort(), 'programs of packages that are gone').toEqual(packageFolders);
});

describe.concurrent('packed and installed alone, with npm', () => {
  it.each(Object.entries(programs))('%s runs, and weighs what it should', async (name, alone) => {
    const project = await workspace.project(`@sftkit/${name}`);
    writeFileSync(join(project, 'program.mjs'), alone.program);
    expect(await run(process.execPath, ['program.mjs'], project)).toBe(alone.prints);
    expectCleanInstall(project, alone.megabytes);
  });

  it('sftkit: the command line says what is there and how to add what is not', async () => {
    const project = await workspace.project('sftkit');
    const sftkit = join(project, 'node_modules', '.bin', 'sftkit');
    expect(await run(sftkit, ['--version'], project)).toMatch(/^\d+\.\d+\.\d+$/);
    const { auto, missing } = JSON.parse(await run(sftkit, ['doctor', '--json'], project)) as {
      readonly auto: { readonly backend: string; readonly reason: string };
      readonly missing: readonly { readonly name: string; readonly install: string }[];
    };
    expect(missing.map(({ name, install }) => [name, install])).toEqual([
      ['onnxruntime-node', 'npm install onnxruntime-node --ignore-scripts'],
      ['webgpu', 'npm install webgpu'],
    ]);
    expect(auto.backend).toBe('gpu.js webasm');
    expect(auto.reason).toContain('npm install onnxruntime-node --ignore-scripts');
    expectCleanInstall(project, APP_MEGABYTES);
  });
});

it('a page that only traces does not carry the kernels', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { f32, matmul, planMemory, trace } from '@sftkit/tensor';
        const program = trace({ a: f32(2, 2) }, ({ a }) => ({ y: matmul(a, a) }));
        console.log(planMemory(program).peakBytes);`,
      resolveDir: await workspace.project('@sftkit/tensor'),
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  expect(outputFiles[0]!.contents.length).toBeLessThan(12_000);
});
