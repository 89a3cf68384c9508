/**
 * Each package installs into an empty project with npm alone, from its tarball and those of ours that it depends on, without
 * a script that fails; it runs there, and takes no more room than it should.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const pnpm = join(root, 'node_modules', '.bin', 'pnpm');
const folder = mkdtempSync(join(tmpdir(), 'sftkit-alone-'));
const run = promisify(execFile);

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Of a program that uses the package as its README does: what it prints; and what it may weigh when it is installed. */
interface Alone {
  readonly program: string;
  readonly prints: string;
  readonly megabytes: number;
}

const conversation = `{ messages: [{ role: 'user', content: 'Hi' }, { role: 'assistant', content: 'Hello' }] }`;
const tokenizer = `
  import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
  const trained = trainByteLevelBpe(['Hello! Hi, user and assistant.'], { vocabSize: 270 });
  const tokenizer = Tokenizer.fromObjects(trained.tokenizerJson, trained.tokenizerConfig);`;
const model = `
  import { decoderModel, initialize, readDecoderConfig } from '@sftkit/model';
  const config = readDecoderConfig({ model_type: 'llama', hidden_size: 8, intermediate_size: 16, num_hidden_layers: 1,
    num_attention_heads: 2, max_position_embeddings: 32, vocab_size: 40 });`;

const packages: Readonly<Record<string, Alone>> = {
  json: {
    program: `import { parseJson, stringifyJson } from '@sftkit/json';
      console.log(stringifyJson(parseJson('{"a":8.0,"b":9007199254740993}')));`,
    prints: '{"a":8.0,"b":9007199254740993}',
    megabytes: 0.2,
  },
  templates: {
    program: `import { builtInTemplates, ChatTemplate } from '@sftkit/templates';
      console.log(JSON.stringify(ChatTemplate.fromSource(builtInTemplates.chatml.source).render(${conversation}).text));`,
    prints: '"<|im_start|>user\\nHi<|im_end|>\\n<|im_start|>assistant\\nHello<|im_end|>\\n"',
    megabytes: 1.5,
  },
  tokenization: {
    program: `${tokenizer} console.log(tokenizer.decode(tokenizer.encode('Hello user').ids));`,
    prints: 'Hello user',
    megabytes: 3,
  },
  data: {
    program: `import { parseExamples } from '@sftkit/data';
      for await (const { kind } of parseExamples([JSON.stringify(${conversation})])) console.log(kind);`,
    prints: 'conversation',
    megabytes: 2,
  },
  masking: {
    program: `import { formatMask, maskExample } from '@sftkit/masking';
      import { resolveTemplate } from '@sftkit/templates'; ${tokenizer}
      tokenizer.addSpecialTokens(['<|im_start|>', '<|im_end|>']);
      const example = maskExample(${conversation}, { template: resolveTemplate('chatml'), tokenizer });
      console.log(formatMask(example, tokenizer).split('\\n').at(-2));`,
    prints: '[Hello<|im_end|>]',
    megabytes: 4,
  },
  tensor: {
    program: `import { f32, gpuBackend, matmul, trace } from '@sftkit/tensor';
      const program = trace({ a: f32(2, 2), b: f32(2, 2) }, ({ a, b }) => ({ y: matmul(a, b) }));
      for (const mode of ['cpu', 'webasm']) {
        const backend = await gpuBackend({ mode });
        const executable = await backend.compile(program);
        const { y } = await executable.run({ a: new Float32Array([1, 2, 3, 4]), b: new Float32Array([0, 1, 1, 0]) });
        console.log([...(await y.read())].join(' '));
        await backend.dispose();
      }`,
    prints: '2 1 4 3\n2 1 4 3',
    megabytes: 12,
  },
  'tensor-onnx': {
    program: `import { onnxBackend } from '@sftkit/tensor-onnx';
      await onnxBackend().catch((error) => console.log(/npm install onnxruntime-node --ignore-scripts/.exec(error.message)[0]));`,
    prints: 'npm install onnxruntime-node --ignore-scripts',
    megabytes: 16,
  },
  model: {
    program: `${model} console.log(decoderModel(config).parameters.length, initialize(config, 1).size);`,
    prints: '12 12',
    megabytes: 14,
  },
  trainer: {
    program: `import { trainingPrograms } from '@sftkit/trainer'; ${model}
      const options = { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0 };
      const shape = { rows: 1, length: 16, capacity: 16 };
      console.log(Object.keys(trainingPrograms(decoderModel(config), shape, options)).join(' '));`,
    prints: 'gradients zeros accumulate squares update',
    megabytes: 18,
  },
  sft: {
    program: `import { fineTune } from '@sftkit/sft'; import { referenceBackend } from '@sftkit/tensor'; ${tokenizer} ${model}
      const whole = { ...config, vocabSize: 272 };
      const base = { config: whole, model: decoderModel(whole), weights: initialize(whole, 1), configJson: {}, warnings: [] };
      const options = { model: base, tokenizer, examples: [${conversation}], heldOut: 0, steps: 1, batch: { rows: 1 } };
      for await (const { type } of fineTune({ ...options, backend: referenceBackend() })) console.log(type);`,
    prints: 'prepared\nstep\nfinished',
    megabytes: 40,
  },
};

const apps: Readonly<Record<string, { readonly megabytes: number }>> = { trainer: { megabytes: 45 } };

interface Packed {
  readonly name: string;
  readonly tarball: string;
  readonly manifest: Manifest;
}

let packed: ReadonlyMap<string, Packed>;

beforeAll(async () => {
  const directories = [...Object.keys(packages).map((name) => ['packages', name]), ['apps', 'trainer']];
  const all = [];
  for (const parts of directories) {
    const cwd = join(root, ...parts);
    const manifest = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as Manifest;
    const { stdout } = await run(pnpm, ['pack', '--json', '--pack-destination', folder], { cwd });
    const { filename } = JSON.parse(stdout) as { filename: string };
    all.push({ name: manifest.name, tarball: filename, manifest });
  }
  packed = new Map(all.map((one) => [one.name, one]));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The package and those of ours below it. */
function needed(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const below of Object.keys(packed.get(name)!.manifest.dependencies ?? {})) {
    if (packed.has(below)) needed(below, found);
  }
  return found;
}

/** @returns the project's directory */
function install(name: string): string {
  const project = join(folder, name.replace(/\W/g, '-'));
  mkdirSync(project);
  const dependencies = Object.fromEntries(
    [...needed(name)].map((one) => [one, `file:${packed.get(one)!.tarball}`]),
  );
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'alone', private: true, type: 'module', dependencies }),
  );
  execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: project,
    stdio: 'pipe',
  });
  return project;
}

function megabytes(directory: string): number {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8', withFileTypes: true });
  const bytes = files
    .filter((file) => file.isFile())
    .reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  return bytes / 1e6;
}

it('covers every package', () => {
  expect(Object.keys(packages).sort()).toEqual(readdirSync(join(root, 'packages')).sort());
});

describe.concurrent('packed and installed alone, with npm', () => {
  it.each(Object.entries(packages))('%s runs, and weighs what it should', async (name, alone) => {
    const project = install(`@sftkit/${name}`);
    writeFileSync(join(project, 'program.mjs'), alone.program);
    const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: project });
    expect(stdout.trim()).toBe(alone.prints);
    expect(megabytes(join(project, 'node_modules'))).toBeLessThan(alone.megabytes);
  });

  it('sftkit: the command line says what is there and how to add what is not', async () => {
    const project = install('sftkit');
    const cli = join(project, 'node_modules', '.bin', 'sftkit');
    const { stdout } = await run(cli, ['doctor', '--json'], { cwd: project });
    const { auto, missing } = JSON.parse(stdout) as {
      auto: { backend: string; reason: string };
      missing: { name: string; install: string }[];
    };
    expect(missing.map(({ name }) => name)).toEqual(['onnxruntime-node', 'webgpu']);
    expect(missing[0]!.install).toBe('npm install onnxruntime-node --ignore-scripts');
    expect(auto.backend).toBe('gpu.js webasm');
    expect(auto.reason).toContain('npm install onnxruntime-node --ignore-scripts');
    expect(megabytes(join(project, 'node_modules'))).toBeLessThan(apps.trainer!.megabytes);
  });
});

it('a page that only traces does not carry the kernels', async () => {
  const project = join(folder, '-sftkit-tensor');
  const { outputFiles } = await build({
    stdin: {
      contents: `import { f32, matmul, planMemory, trace } from '@sftkit/tensor';
        const program = trace({ a: f32(2, 2) }, ({ a }) => ({ y: matmul(a, a) }));
        console.log(planMemory(program).peakIntermediateBytes);`,
      resolveDir: project,
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  expect(outputFiles[0]!.contents.length).toBeLessThan(30_000);
});
