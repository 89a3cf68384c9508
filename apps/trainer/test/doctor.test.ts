import { expect, test } from 'vitest';
import { sftkit } from './tiny-fixture.js';

test('doctor --json: machine, versions, backends, and what auto picks', async () => {
  const { code, out } = await sftkit('doctor', '--json');
  expect(code).toBe(0);
  const report = JSON.parse(out) as {
    machine: { cores: number };
    versions: Record<string, string>;
    backends: { name: string; available: boolean; detail: string }[];
    auto: { backend: string; reason: string };
  };
  expect(report.machine.cores).toBeGreaterThan(0);
  expect(report.backends.map(({ name }) => name)).toEqual(['webgpu', 'onnx', 'webasm', 'cpu', 'reference']);
  const available = report.backends.filter(({ available }) => available).map(({ name }) => name);
  expect(available).toContain('reference');
  // What auto picked is among what is there.
  const names: Record<string, string> = {
    'onnxruntime cpu': 'onnx',
    'gpu.js webgpu': 'webgpu',
    'gpu.js webasm': 'webasm',
  };
  expect(available).toContain(names[report.auto.backend]);
  expect(report.auto.reason).not.toBe('');
});

test('every command has a help text with an example', async () => {
  for (const command of ['train', 'inspect', 'generate', 'chat', 'eval', 'doctor']) {
    const { code, out } = await sftkit(command, '--help');
    expect(code).toBe(0);
    expect(out).toContain(`$ sftkit ${command}`);
  }
  expect((await sftkit('--help')).out).toContain('sftkit train recipes/quickstart.yaml');
});
