/** What somebody sees who has the package without ONNX Runtime: the sources, bundled into a folder that has no packages. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'sftkit-missing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAM = `
  import { BackendError } from '@sftkit/tensor';
  import { onnxBackend } from '@sftkit/tensor-onnx';
  const error = await onnxBackend().catch((error) => error);
  console.log(JSON.stringify([error instanceof BackendError, error.message]));`;

it.each([
  ['onnxruntime-node', 'node'],
  ['onnxruntime-web', 'browser'],
] as const)(
  'without %s the package loads and its backend is an error with a remedy',
  async (name, platform) => {
    const { outputFiles } = await build({
      stdin: { contents: PROGRAM, resolveDir: import.meta.dirname },
      bundle: true,
      write: false,
      format: 'esm',
      platform,
      conditions: ['@sftkit/source'],
      external: ['onnxruntime-node', 'onnxruntime-web', 'gpu.js', 'webgpu'],
      target: 'es2022',
      logLevel: 'silent',
    });
    const file = join(folder, `${platform}.mjs`);
    writeFileSync(file, outputFiles[0]!.text);
    const [isBackendError, message] = JSON.parse(
      execFileSync(process.execPath, [file], { encoding: 'utf8' }),
    );
    expect(isBackendError).toBe(true);
    expect(message).toMatch(
      new RegExp(`^onnx: ${name} does not load: Cannot find package '${name}'.*npm install ${name}`, 's'),
    );
  },
);
