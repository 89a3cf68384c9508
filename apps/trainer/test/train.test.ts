import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel } from '@sftkit/model/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { conversations, parseLines, sftkit, tinyProject, writeRecipe, writeRows } from './tiny-fixture.js';

const { directory, heldOut } = tinyProject();
const run = join(directory, 'run');

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
const lines = (path: string) => parseLines<Record<string, unknown>>(readFileSync(path, 'utf8'));

describe('a run from a recipe', () => {
  beforeAll(async () => {
    const report = { prompts: 1, maxNewTokens: 4, samples: ['Hi'] };
    const recipe = writeRecipe(directory, {
      report,
      checkpoint: { every: 2, keep: 2 },
      evaluate: { every: 2 },
    });
    const outcome = await sftkit('train', recipe);
    expect(outcome).toMatchObject({ code: 0, err: '' });
    expect(outcome.out).toContain('held-out loss');
  });

  test('the run directory holds what it should', () => {
    expect(readdirSync(run).sort()).toEqual([
      'best',
      'checkpoints',
      'metrics.jsonl',
      'model',
      'recipe.yaml',
      'summary.json',
    ]);
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['step-2', 'step-4']);
    expect(readdirSync(join(run, 'model')).sort()).toEqual([
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect(Object.keys(json(join(run, 'summary.json')))).toEqual(
      expect.arrayContaining([
        'heldOutLossBefore',
        'heldOutLossAfter',
        'endsTurnBefore',
        'endsTurnAfter',
        'supervisedShare',
        'tokensPerSecond',
        'backend',
        'peakMemoryBytes',
      ]),
    );
  });

  test('one line of metrics a step, with the held-out loss where it was measured', () => {
    const metrics = lines(join(run, 'metrics.jsonl'));
    expect(metrics.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    for (const line of metrics) {
      expect(Object.keys(line)).toEqual(
        expect.arrayContaining([
          'loss',
          'gradientNorm',
          'learningRate',
          'supervisedTokens',
          'totalTokens',
          'tokensPerSecond',
          'memoryBytes',
        ]),
      );
    }
    expect(metrics.map((line) => 'heldOutLoss' in line)).toEqual([false, true, false, true]);
  });

  test('the model carries the template and its end of turn, and stops where training ended turns', async () => {
    const config = json(join(run, 'model', 'tokenizer_config.json'));
    expect(config.eos_token).toBe('<|end|>');
    // Other software does not know the tags; training does, and reads the template that has them.
    expect(config.chat_template).not.toContain('generation -%}');
    expect(config.training_chat_template).toContain('{%- generation -%}');
    const tokens = json(join(run, 'model', 'tokenizer.json')).added_tokens as {
      id: number;
      content: string;
    }[];
    const end = tokens.find(({ content }) => content === '<|end|>')!.id;
    expect(json(join(run, 'model', 'generation_config.json')).eos_token_id).toContain(end);
    const { config: decoder } = await loadModel(join(run, 'model'));
    expect(decoder.vocabSize).toBe(end + 1);
  });

  test('the finished model is evaluated and asked without naming a template', async () => {
    const evaluated = await sftkit(
      'eval',
      '--model',
      join(run, 'model'),
      '--data',
      heldOut,
      '--backend',
      'reference',
      '--length',
      '48',
      '--json',
    );
    expect(evaluated).toMatchObject({ code: 0 });
    const result = JSON.parse(evaluated.out) as Record<string, number>;
    expect(Object.keys(result)).toEqual(['loss', 'supervisedTokens', 'examples', 'tokenAccuracy']);
    expect(result.loss).toBeCloseTo(json(join(run, 'summary.json')).heldOutLossAfter as number, 4); // float32 of the same sum
    // The same demonstrations in another form, with keys of their own.
    const renamed = writeRows(
      join(directory, 'renamed.jsonl'),
      conversations.slice(5).map(({ messages: [q, a] }) => ({ q: q!.content, a: a!.content })),
    );
    const again = await sftkit(
      'eval',
      ...[
        '--model',
        join(run, 'model'),
        '--data',
        renamed,
        '--backend',
        'reference',
        '--length',
        '48',
        '--json',
      ],
      ...['--form', 'prompt-completion', '--columns', 'prompt=q', 'completion=a'],
    );
    expect(JSON.parse(again.out)).toEqual(result);
    const question = writeRows(join(directory, 'question.json'), [[{ role: 'user', content: 'Hi' }]]);
    const answered = await sftkit(
      'generate',
      '--model',
      join(run, 'model'),
      '--messages',
      question,
      '--max-new-tokens',
      '3',
      '--backend',
      'reference',
      '--json',
    );
    expect(answered).toMatchObject({ code: 0 });
    expect(Object.keys(JSON.parse(answered.out) as object)).toEqual(['ids', 'text', 'stopped']);
  });

  test('an output directory that holds a run is not touched without being told', async () => {
    const before = readFileSync(join(run, 'metrics.jsonl'), 'utf8');
    const { code, err } = await sftkit('train', writeRecipe(directory));
    expect(code).toBe(1);
    expect(err).toMatch(/^error: .*already holds a run; .*--resume.*--overwrite\n$/);
    expect(readFileSync(join(run, 'metrics.jsonl'), 'utf8')).toBe(before);
    expect((await sftkit('train', writeRecipe(directory, { steps: 1 }), '--overwrite')).code).toBe(0);
    expect(lines(join(run, 'metrics.jsonl'))).toHaveLength(1);
  });
});

test('a run that is broken off and resumed ends with the same bits as one that was not', async () => {
  const whole = join(directory, 'whole');
  const broken = join(directory, 'broken');
  const values = { steps: 6, dropout: 0.1, checkpoint: { every: 2, keep: 3 } };
  expect((await sftkit('train', writeRecipe(directory, values), `output=${whole}`)).code).toBe(0);
  expect((await sftkit('train', writeRecipe(directory, values), `output=${broken}`)).code).toBe(0);
  for (const step of [4, 6]) rmSync(join(broken, 'checkpoints', `step-${step}`), { recursive: true });
  rmSync(join(broken, 'model'), { recursive: true });
  const resumed = await sftkit('train', writeRecipe(directory, values), `output=${broken}`, '--resume');
  expect(resumed).toMatchObject({ code: 0, err: '' });
  for (const file of ['model/model.safetensors', 'checkpoints/step-6/optimizer.safetensors']) {
    expect(readFileSync(join(broken, file)).equals(readFileSync(join(whole, file))), file).toBe(true);
  }
  const timeless = (path: string) =>
    lines(path).map(({ tokensPerSecond: _rate, memoryBytes: _memory, ...line }) => line);
  expect(timeless(join(broken, 'metrics.jsonl'))).toEqual(timeless(join(whole, 'metrics.jsonl')));
  const other = await sftkit(
    'train',
    writeRecipe(directory, { ...values, seed: 9 }),
    `output=${broken}`,
    '--resume',
  );
  expect(other.err).toMatch(/^error: resume: .*(there is nothing to resume|seed was 0)/);
  rmSync(join(broken, 'checkpoints', 'step-6'), { recursive: true });
  const reseeded = await sftkit(
    'train',
    writeRecipe(directory, { ...values, seed: 9 }),
    `output=${broken}`,
    '--resume',
  );
  expect(reseeded.err).toMatch(/^error: resume: seed was 0 .* and is 9 now/);
});

test('steps of so many examples take as many micro-batches as they fill', async () => {
  const output = join(directory, 'by-examples');
  const recipe = writeRecipe(directory, { batch: { rows: 1, examples: 5 }, steps: 1, packing: false });
  expect((await sftkit('train', recipe, `output=${output}`)).code).toBe(0);
  // Adam's first step is the same however the five examples are divided.
  const [byExamples] = lines(join(output, 'metrics.jsonl'));
  expect(
    (
      await sftkit(
        'train',
        writeRecipe(directory, { batch: { rows: 5 }, steps: 1, packing: false }),
        `output=${output}-rows`,
      )
    ).code,
  ).toBe(0);
  const [byRows] = lines(join(`${output}-rows`, 'metrics.jsonl'));
  expect(byExamples!.supervisedTokens).toBe(byRows!.supervisedTokens);
  expect(byExamples!.loss).toBeCloseTo(byRows!.loss as number, 5); // sums in another order, in float32
});

test('a model from scratch on plain text, with a tokenizer of its own', async () => {
  const texts = writeRows(
    join(directory, 'texts.jsonl'),
    Array.from({ length: 8 }, (_, index) => ({ text: `Lily saw a red ball ${index} times.` })),
  );
  const { max_position_embeddings: _, ...config } = {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    hidden_size: 8,
    intermediate_size: 16,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    max_position_embeddings: 64,
    tie_word_embeddings: true,
    rms_norm_eps: 1e-5,
  };
  const init = { config: { ...config, max_position_embeddings: 64 }, tokenizer: { vocabSize: 270 } };
  const output = join(directory, 'scratch');
  const recipe = writeRecipe(directory, {
    model: undefined,
    init,
    output,
    data: { train: texts, heldOut: 0.3 },
    dtype: 'bfloat16',
  });
  expect(await sftkit('train', recipe)).toMatchObject({ code: 0, err: '' });
  const tokenizer = json(join(output, 'model', 'tokenizer_config.json'));
  expect(tokenizer.eos_token).toBe('<|endoftext|>');
  expect(tokenizer.chat_template).toBeUndefined();
  const continued = await sftkit(
    'generate',
    '--model',
    join(output, 'model'),
    '--prompt',
    'Lily',
    '--max-new-tokens',
    '2',
    '--backend',
    'reference',
  );
  expect(continued.code).toBe(0);
});

test('--dry-run says where each value comes from and what it will take, and writes nothing', async () => {
  const output = join(directory, 'dry');
  const { code, out } = await sftkit(
    'train',
    writeRecipe(directory),
    `output=${output}`,
    'seed=4',
    '--dry-run',
  );
  expect(code).toBe(0);
  expect(out).toMatch(/^seed: 4 +# command line$/m);
  expect(out).toMatch(/^ {2}accumulation: 2 +# recipe$/m);
  expect(out).toMatch(/^clip: 1 +# default$/m);
  expect(out).toMatch(/tokens supervised/);
  expect(out).toMatch(/Predicted memory: \S+ [kMG]?B/);
  expect(existsSync(output)).toBe(false);
});

test('roles says whose turns are learnt', async () => {
  const learnt = async (...overrides: string[]) => {
    const recipe = writeRecipe(directory, {});
    const { out, code } = await sftkit('train', recipe, '--dry-run', ...overrides);
    expect(code).toBe(0);
    return Number(/(\d+) of \d+ tokens supervised/.exec(out)![1]);
  };
  const assistant = await learnt();
  const user = await learnt('roles=[user]');
  expect(user).not.toBe(assistant);
  expect(await learnt('roles=[user, assistant]')).toBe(user + assistant);
});
