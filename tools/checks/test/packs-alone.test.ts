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

const tsc = join(import.meta.dirname, '..', 'node_modules', '.bin', 'tsc');

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

/** One minified file, as esbuild makes it of a program that stands in the project. */
async function bundled(project: string, program: string, platform: 'browser' | 'node'): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: project },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform,
    logLevel: 'silent',
  });
  return outputFiles[0]!.contents;
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
  const bundle = await bundled(
    await workspace.project('@sftkit/tensor'),
    `import { f32, matmul, planMemory, trace } from '@sftkit/tensor';
     const program = trace({ a: f32(2, 2) }, ({ a }) => ({ y: matmul(a, a) }));
     console.log(planMemory(program).peakBytes);`,
    'browser',
  );
  expect(bundle.length).toBeLessThan(12_000);
});

it('a bundle for Node runs as the package does, with threads', async () => {
  const project = await workspace.project('@sftkit/tensor');
  const { program, prints } = programs.tensor!;
  writeFileSync(join(project, 'bundle.mjs'), await bundled(project, program, 'node'));
  expect(await run(process.execPath, ['bundle.mjs'], project)).toBe(prints);
});

it('the types of every package resolve where no optional package is installed', async () => {
  const project = await workspace.project('@sftkit/sft');
  const names = [...packageFolders.map((name) => `@sftkit/${name}`), '@sftkit/tensor/node'];
  writeFileSync(
    join(project, 'types.ts'),
    names.map((name, i) => `export * as package${i} from '${name}';`).join('\n'),
  );
  const options = '--noEmit --strict --skipLibCheck false --module nodenext --target es2022 --typeRoots none';
  expect(await run(tsc, [...options.split(' '), 'types.ts'], project)).toBe('');
});
