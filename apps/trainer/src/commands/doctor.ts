import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { formatBytes, formatCount } from '@sftkit/sft';
import { ADD_ONNX, ADD_WEBGPU, chooseBackend, findAdapter, loadOnnx, verifyModel } from '@sftkit/sft/node';
import { gpuBackend } from '@sftkit/tensor';
import { Command } from 'commander';
import { formatFinding } from '../report/format-finding.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import { version } from '../version.js';
import { visibleText } from '../visible-text.js';

export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description('Say what this machine has, which backends run, and which one auto picks; or check a model')
    .option(
      '--model <dir>',
      'check whether the template, tokenizer and stop tokens of a model fit each other',
    )
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExamples:\n  $ sftkit doctor\n  $ sftkit doctor --model runs/quickstart/model')
    .action(({ model, json }: { model?: string; json?: boolean }) =>
      model === undefined
        ? doctor({ json: json === true }, terminal)
        : examine(model, json === true, terminal),
    );
}

/** @throws {UserError} after printing, if there is a finding of grade error: programs look at the exit code */
async function examine(directory: string, json: boolean, { out, paint }: Terminal): Promise<void> {
  const { facts, findings } = await verifyModel(directory);
  if (json) {
    out(`${JSON.stringify({ model: directory, ...facts, findings })}\n`);
  } else {
    const { family, tokenizerTokens, endOfTurn } = facts;
    const end = endOfTurn === null ? '' : `, turns end with ${visibleText(endOfTurn)}`;
    out(`${paint('bold', directory)}: ${family}, ${formatCount(tokenizerTokens)} tokens${end}\n\n`);
    for (const finding of findings) out(`${formatFinding(finding, paint)}\n`);
  }
  const errors = findings.filter(({ grade }) => grade === 'error').map(({ name }) => name);
  if (errors.length > 0) {
    throw new UserError(
      `${directory}: expected no finding of grade error, got ${errors.length}: ${errors.join(', ')}`,
    );
  }
}

interface BackendState {
  readonly name: string;
  readonly available: boolean;
  /** What it runs on, or why it does not. */
  readonly detail: string;
}

/** Packages that `npm install sftkit` leaves out: large, and not wanted everywhere. */
const OPTIONAL = [
  {
    name: 'onnxruntime-node',
    use: 'which trains several times faster on a CPU than what is built in',
    install: ADD_ONNX,
  },
  { name: 'webgpu', use: 'which trains on a GPU', install: ADD_WEBGPU },
] as const;

async function doctor({ json }: { json: boolean }, { out, paint }: Terminal): Promise<void> {
  const [cpu] = cpus();
  const machine = {
    system: `${process.platform} ${process.arch}`,
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
  };
  const versions = {
    sftkit: version(),
    node: process.versions.node,
    webgpu: versionOf('webgpu'),
    'onnxruntime-node': versionOf('onnxruntime-node'),
  };
  const missing = OPTIONAL.filter(({ name }) => versions[name] === undefined);
  const backends = await backendStates();
  const { backend, reason, dispose } = await chooseBackend('auto');
  const auto = { backend: backend.name, reason };
  await dispose();
  if (json) {
    out(`${JSON.stringify({ machine, versions, backends, auto, missing })}\n`);
    return;
  }
  out(
    `${machine.cpu}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)} memory, ${machine.system}\n`,
  );
  out(
    `${Object.entries(versions)
      .map(([name, value]) => `${name} ${value ?? 'not installed'}`)
      .join(', ')}\n\n`,
  );
  for (const { name, available, detail } of backends) {
    out(`${available ? paint('green', 'yes') : paint('red', 'no ')}  ${name.padEnd(10)} ${detail}\n`);
  }
  out(`\nauto picks ${paint('bold', auto.backend)}: ${auto.reason}\n`);
  for (const { name, use, install } of missing) {
    out(`${paint('yellow', 'Not installed:')} ${name}, ${use}. Add it with: ${install}\n`);
  }
}

async function backendStates(): Promise<BackendState[]> {
  const { adapter, problem, release } = await findAdapter();
  release();
  const webgpu = {
    name: 'webgpu',
    available: adapter !== undefined,
    detail:
      adapter === undefined
        ? `no adapter${problem === undefined ? '' : `: ${problem}`}`
        : `gpu.js on ${adapter.text}${adapter.isSoftware ? ', software: for tests only' : ''}`,
  };
  return [
    webgpu,
    await state('onnx', () => loadOnnx()),
    await state('webasm', () => gpuBackend({ mode: 'webasm' })),
    await state('cpu', () => gpuBackend({ mode: 'cpu' })),
    { name: 'reference', available: true, detail: 'plain JavaScript, for checking only' },
  ];
}

async function state(
  name: string,
  open: () => Promise<{ readonly description: string; dispose(): Promise<void> }>,
): Promise<BackendState> {
  try {
    const backend = await open();
    await backend.dispose();
    return { name, available: true, detail: backend.description };
  } catch (error) {
    return { name, available: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Version of an optional package; undefined where it is not installed. */
function versionOf(name: string): string | undefined {
  try {
    return (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;
  } catch {
    return undefined;
  }
}
