/** The library writes a device id and events into the home folder unless it is told not to: nothing may be there after a run. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'sftkit-telemetry-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAM = `
  import { add, f32, trace } from '@sftkit/tensor';
  import { onnxBackend } from '@sftkit/tensor-onnx';
  const backend = await onnxBackend({ threads: 1 });
  const executable = await backend.compile(trace({ x: f32(2) }, ({ x }) => ({ y: add(x, x) })));
  const { y } = await executable.run({ x: Float32Array.of(1, 2) });
  console.log(process.env.ORT_DISABLE_TELEMETRY, String(await y.read()));
  executable.dispose();`;

/** The process's own, without what says where files go. */
function environment(home: string, choice: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:XDG_.*|ORT_DISABLE_TELEMETRY)$/.test(name),
  );
  return { ...Object.fromEntries(kept), HOME: home, USERPROFILE: home, ...choice };
}

test('a program leaves nothing in the home folder; a choice of the user stays', async () => {
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    conditions: ['@sftkit/source'],
    external: ['onnxruntime-node', 'gpu.js', 'webgpu'],
    target: 'es2022',
    logLevel: 'silent',
  });
  const file = join(folder, 'program.mjs');
  writeFileSync(file, outputFiles[0]!.text);
  symlinkSync(join(import.meta.dirname, '..', 'node_modules'), join(folder, 'node_modules'), 'junction');
  const home = join(folder, 'home');
  mkdirSync(home);
  const run = (choice: Readonly<Record<string, string>>): string =>
    execFileSync(process.execPath, [file], { encoding: 'utf8', env: environment(home, choice) });
  const printed = run({});
  expect(readdirSync(home)).toEqual([]);
  expect(printed).toBe('1 2,4\n');
  expect(run({ ORT_DISABLE_TELEMETRY: 'true' })).toBe('true 2,4\n');
  expect(readdirSync(home)).toEqual([]);
});
