/** The predicted peak of a run against the peak that its process had. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { sftkit, temporaryDirectory, writeRows } from './tiny-fixture.js';

const directory = temporaryDirectory();
const recipe = join(directory, 'memory.yaml');
const run = promisify(execFile);

/** A model whose intermediates outweigh the process around it. */
const config = {
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 172,
  num_hidden_layers: 5,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  max_position_embeddings: 512,
};

beforeAll(() => {
  const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
  const text = (row: number) =>
    Array.from({ length: 400 }, (_, i) => words[(i * i + row) % words.length]).join(' ');
  writeRows(
    join(directory, 'text.jsonl'),
    Array.from({ length: 24 }, (_, row) => ({ text: text(row) })),
  );
  writeFileSync(
    recipe,
    stringify({
      init: { config, tokenizer: { vocabSize: 300 } },
      output: join(directory, 'run'),
      data: { train: join(directory, 'text.jsonl'), form: 'text', heldOut: 0.2 },
      length: 512,
      overlong: 'truncate',
      batch: { rows: 4 },
      steps: 3,
      backend: 'onnx',
      threads: 1,
    }),
  );
});

/** Trains in a process of its own. @returns bytes */
async function train(...overrides: readonly string[]): Promise<{ predicted: number; measured: number }> {
  const cli = join(import.meta.dirname, '..', 'src', 'cli.ts');
  const { stdout } = await run(process.execPath, [
    ...['--conditions=@sftkit/source', '--import', 'tsx', cli, 'train', recipe, '--overwrite'],
    ...overrides,
  ]);
  const [, amount, unit] = /Predicted memory: ([\d.]+) ([MG]B)/.exec(stdout)!;
  const { peakMemoryBytes } = JSON.parse(readFileSync(join(directory, 'run', 'summary.json'), 'utf8')) as {
    peakMemoryBytes: number;
  };
  return { predicted: Number(amount) * (unit === 'GB' ? 1e9 : 1e6), measured: peakMemoryBytes };
}

// A tenth is what the prediction promises: the rest is how the allocators of Node and of ONNX Runtime divide their blocks.
test.each([
  ['intermediates', []],
  ['intermediates of layers that are computed twice', ['activationCheckpointing=block']],
  ['several micro-batches', ['batch.accumulation=2']],
  ['parameters', ['init.config.hidden_size=512', 'init.config.intermediate_size=2048', 'batch.rows=1']],
  [
    'checkpoints',
    [
      'init.config.hidden_size=512',
      'init.config.intermediate_size=2048',
      'batch.rows=1',
      'checkpoint.every=1',
    ],
  ],
  ['the process itself', ['length=32', 'batch.rows=1']],
  ['answers', ['batch.rows=1', 'report.samples=[one two, three four, five]', 'report.maxNewTokens=400']],
])(
  'the predicted peak is within a tenth of the measured one: %s',
  async (_, overrides) => {
    const { predicted, measured } = await train(...overrides);
    expect(Math.abs(predicted / measured - 1)).toBeLessThan(0.1);
  },
  60_000,
);

test('a run that will not fit is refused before it starts, with the figure and a remedy', async () => {
  const { code, err } = await sftkit('train', recipe, 'batch.rows=20000', '--overwrite');
  expect(code).toBe(1);
  expect(err).toMatch(
    /^error: memory: expected a run that fits into [\d.]+ [GT]B, got one that will take [\d.]+ [GT]B, .* set activationCheckpointing: block, or lower batch.rows or length$/m,
  );
});
