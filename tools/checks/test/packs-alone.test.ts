/** A package that somebody picks alone installs into an empty project from its tarball and runs there. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const pnpm = join(root, 'node_modules', '.bin', 'pnpm');
const folder = mkdtempSync(join(tmpdir(), 'sftkit-alone-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Packs `packages/<name>`, installs the tarball alone, runs `program` there and returns what it printed. */
function runAlone(name: string, program: string): string {
  const project = join(folder, name);
  mkdirSync(project);
  execFileSync(pnpm, ['pack', '--pack-destination', project], {
    cwd: join(root, 'packages', name),
    stdio: 'pipe',
  });
  const tarball = readdirSync(project).find((file) => file.endsWith('.tgz'))!;
  const dependencies = { [`@sftkit/${name}`]: `file:./${tarball}` };
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'alone', private: true, type: 'module', dependencies }),
  );
  execFileSync(pnpm, ['install', '--prefer-offline', '--ignore-workspace', '--no-optional'], {
    cwd: project,
    stdio: 'pipe',
  });
  writeFileSync(join(project, 'program.mjs'), program);
  return execFileSync(process.execPath, ['program.mjs'], { cwd: project, encoding: 'utf8' }).trim();
}

describe('packed and installed alone', () => {
  it('templates renders a conversation', () => {
    const program = `
      import { builtInTemplates, ChatTemplate } from '@sftkit/templates';
      const template = ChatTemplate.fromSource(builtInTemplates.chatml.source);
      const { text } = template.render({ messages: [{ role: 'user', content: 'Hi' }, { role: 'assistant', content: 'Hello' }] });
      console.log(JSON.stringify(text));`;
    expect(JSON.parse(runAlone('templates', program))).toBe(
      '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n',
    );
  });

  it('tensor traces a program and runs it with gpu.js', () => {
    const program = `
      import { f32, gpuBackend, matmul, trace } from '@sftkit/tensor';
      const program = trace({ a: f32(2, 2), b: f32(2, 2) }, ({ a, b }) => ({ y: matmul(a, b) }));
      const backend = await gpuBackend({ mode: 'cpu' });
      const executable = await backend.compile(program);
      const { y } = await executable.run({ a: new Float32Array([1, 2, 3, 4]), b: new Float32Array([0, 1, 1, 0]) });
      console.log([...(await y.read())].join(' '));
      await backend.dispose();`;
    expect(runAlone('tensor', program)).toBe('2 1 4 3');
  });
});
