/** Every kind of bad input: one line on what, where and what to do; exit code 1; nothing lost. */
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sftkit, tinyProject, writeRecipe, writeRows } from './tiny-fixture.js';

const { directory, base, train } = tinyProject();

/** Asserts the form that all errors share, and returns the line. */
async function errorOf(...args: readonly string[]): Promise<string> {
  const { code, err } = await sftkit(...args);
  expect(code).toBe(1);
  expect(err).toMatch(/^error: [^\n]+\n$/);
  expect(err).not.toMatch(/\bat .*\.ts:\d+/);
  return err;
}

const trainOn = (file: string, values: Readonly<Record<string, unknown>> = {}) =>
  errorOf('train', writeRecipe(directory, { data: { train: file, heldOut: 0 }, ...values }));

/** A copy of the model that a test may damage. */
function damagedModel(name: string): string {
  const copy = join(directory, name);
  cpSync(base, copy, { recursive: true });
  return copy;
}

describe('data', () => {
  const messages = (...list: readonly unknown[]) => ({ messages: list });
  const user = { role: 'user', content: 'Hi' };
  const assistant = { role: 'assistant', content: 'Hello!' };
  const rows: [string, unknown, RegExp][] = [
    [
      'an unknown role',
      messages(user, { role: 'robot', content: 'x' }),
      /rows\.jsonl:2: messages\[1\]\.role: unknown role "robot"/,
    ],
    ['an empty conversation', messages(), /rows\.jsonl:2: messages: /],
    ['a conversation without an assistant turn', messages(user), /rows\.jsonl:2: messages: .*assistant/],
    [
      'content that is not text',
      messages(user, { role: 'assistant', content: 7 }),
      /rows\.jsonl:2: messages\[1\]\.content: /,
    ],
  ];
  test.each(rows)('%s', async (_, row, message) => {
    const file = writeRows(join(directory, 'rows.jsonl'), [messages(user, assistant), row]);
    expect(await trainOn(file)).toMatch(message);
    expect(await errorOf('inspect', '--model', base, '--template', 'classic', '--data', file)).toMatch(
      message,
    );
  });

  test('broken JSON in the middle of a long file', async () => {
    const file = join(directory, 'long.jsonl');
    const line = `${JSON.stringify(messages(user, assistant))}\n`;
    writeFileSync(file, `${line.repeat(70_000)}{"messages": [\n${line.repeat(29_999)}`);
    expect(await trainOn(file)).toContain('long.jsonl:70001: ');
  });

  test('no such file', async () => {
    expect(await trainOn(join(directory, 'absent.jsonl'))).toContain(
      'absent.jsonl: expected a file of demonstrations, found no such file',
    );
  });

  test('rows that are all too long', async () => {
    const file = writeRows(join(directory, 'overlong.jsonl'), [
      messages(user, { role: 'assistant', content: 'no '.repeat(99) }),
    ]);
    expect(await trainOn(file)).toMatch(
      /data\.train: no example is left to train on\. .*1 longer than a row/,
    );
  });
});

describe('templates', () => {
  const template = (name: string, source: string): string => {
    const file = join(directory, name);
    writeFileSync(file, source);
    return file;
  };

  test('a syntax error', async () => {
    const file = template(
      'broken.jinja',
      '{% for message in messages %}\n{{ message.content }\n{% endfor %}',
    );
    expect(await trainOn(train, { template: file })).toMatch(/line [23]/);
  });

  test('a template that raises', async () => {
    const file = template(
      'raises.jinja',
      "{% for m in messages %}{% if m.content == 'Hi' %}{{ raise_exception('no greetings') }}{% endif %}<{{ m.role }}>{% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|endoftext|>{% endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}",
    );
    expect(await trainOn(train, { template: file })).toMatch(/train\.jsonl:1: .*no greetings/);
  });

  test('a tokenizer without the tokens that the template writes', async () => {
    expect(await trainOn(train, { addTokens: 'none' })).toMatch(
      /the tokenizer lacks <\|system\|> <\|user\|> <\|assistant\|> <\|end\|>, which the template classic writes; set addTokens: auto/,
    );
    const evaluated = await errorOf('eval', '--model', base, '--template', 'chatml', '--data', train);
    expect(evaluated).toContain('lacks <|im_start|> <|im_end|>');
  });

  test('a model without a template, and a name that is none', async () => {
    expect(await trainOn(train, { template: 'model' })).toContain(
      'the model has no chat template; name one of classic, chatml',
    );
    expect(await trainOn(train, { template: 'clasic' })).toContain('got "clasic", which is none');
  });
});

describe('models', () => {
  const generateWith = (model: string) =>
    errorOf('generate', '--model', model, '--prompt', 'Hi', '--backend', 'reference');

  test('a vocabulary larger than the embedding', async () => {
    const model = damagedModel('small-embedding');
    const path = join(model, 'tokenizer.json');
    const tokenizer = JSON.parse(readFileSync(path, 'utf8')) as { added_tokens: object[] };
    const added = {
      id: 280,
      content: '<|more|>',
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    };
    writeFileSync(
      path,
      JSON.stringify({ ...tokenizer, added_tokens: [...tokenizer.added_tokens, { ...added, id: 400 }] }),
    );
    expect(await generateWith(model)).toMatch(
      /the tokenizer has \d+ tokens, but the embedding only \d+ rows/,
    );
  });

  test('missing, truncated and misshapen weights', async () => {
    const missing = damagedModel('missing');
    rmSync(join(missing, 'model.safetensors'));
    expect(await generateWith(missing)).toContain(
      'expected model.safetensors or model.safetensors.index.json, found neither',
    );
    const truncated = damagedModel('truncated');
    truncateSync(join(truncated, 'model.safetensors'), 2000);
    expect(await generateWith(truncated)).toContain('model.safetensors');
    const misshapen = damagedModel('misshapen');
    const path = join(misshapen, 'config.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), intermediate_size: 20 }));
    expect(await generateWith(misshapen)).toMatch(
      /tensor "model\.layers\.0\.mlp\.\w+\.weight": expected shape \(20, 8\)|expected shape \(8, 20\)/,
    );
  });

  test('an unknown architecture', async () => {
    const model = damagedModel('unknown');
    const path = join(model, 'config.json');
    writeFileSync(
      path,
      JSON.stringify({
        ...JSON.parse(readFileSync(path, 'utf8')),
        model_type: 'mamba',
        architectures: ['MambaForCausalLM'],
      }),
    );
    expect(await generateWith(model)).toMatch(/config\.json.*mamba/i);
  });

  test('rows longer than the context', async () => {
    expect(await trainOn(train, { length: 65 })).toContain(
      "length: 65 is above the model's context of 64 tokens; set length to at most 64",
    );
  });

  test('no model at all', async () => {
    expect(await generateWith(join(directory, 'nowhere'))).toContain('nowhere');
  });
});

describe('recipes and options', () => {
  test('an unknown recipe key names the nearest', async () => {
    expect(await errorOf('train', writeRecipe(directory, { lenght: 4 }))).toMatch(
      /recipe\.yaml:1: unknown key lenght; did you mean length\?/,
    );
  });

  test('a broken checkpoint', async () => {
    const values = { output: join(directory, 'broken'), steps: 2, checkpoint: { every: 1, keep: 2 } };
    expect((await sftkit('train', writeRecipe(directory, values))).code).toBe(0);
    const newest = join(directory, 'broken', 'checkpoints', 'step-2');
    rmSync(newest, { recursive: true });
    truncateSync(join(directory, 'broken', 'checkpoints', 'step-1', 'optimizer.safetensors'), 99);
    expect(await errorOf('train', writeRecipe(directory, values), '--resume')).toMatch(
      /step-1: the checkpoint is damaged/,
    );
    expect(await errorOf('train', writeRecipe(directory), '--resume')).toMatch(
      /expected a checkpoint to resume from, found none/,
    );
  });

  test('an output directory with files of somebody else', async () => {
    const output = join(directory, 'foreign');
    mkdirSync(output);
    copyFileSync(train, join(output, 'thesis.txt'));
    expect(await errorOf('train', writeRecipe(directory, { output }), '--overwrite')).toContain(
      'expected an empty output directory, found other files',
    );
  });

  test('a command and an option that do not exist', async () => {
    expect(await sftkit('trian')).toMatchObject({
      code: 1,
      err: expect.stringContaining("unknown command 'trian'") as string,
    });
    expect(await errorOf('generate', '--model', base)).toContain(
      'expected either --prompt TEXT or --messages FILE',
    );
    expect(await errorOf('generate', '--model', base, '--prompt', 'x', '--max-new-tokens', 'many')).toContain(
      '--max-new-tokens: expected a whole number',
    );
  });

  test('a number that no machine has room for', async () => {
    const options = ['--model', base, '--data', train];
    for (const [option, most] of [
      ['threads', 1024],
      ['rows', 65_536],
      ['length', 1_048_576],
    ] as const) {
      expect(await errorOf('eval', ...options, `--${option}`, '1e9')).toContain(
        `--${option}: expected a whole number of at least 1 and at most ${most}, got "1e9"`,
      );
    }
    expect(await errorOf('inspect', ...options, '--threads', '1e9')).toContain('--threads: expected');
  });
});

test('numbers that stop being finite name the step, the tensor and the examples, and touch nothing that is saved', async () => {
  const output = join(directory, 'diverged');
  const values = {
    output,
    steps: 30,
    optimizer: { learningRate: 1e30 },
    clip: 0,
    checkpoint: { every: 1, keep: 1 },
  };
  const err = await errorOf('train', writeRecipe(directory, values));
  const [, step] = /step (\d+): \S+ is not finite, on the batch of \S*train\.jsonl:\d+/.exec(err) ?? [];
  expect(Number(step)).toBeGreaterThan(1);
  const state = JSON.parse(
    readFileSync(join(output, 'checkpoints', `step-${Number(step) - 1}`, 'state.json'), 'utf8'),
  ) as object;
  expect(state).toMatchObject({ step: Number(step) - 1 });
});

test('eval of a model that is not finite is an error that names the tensor', async () => {
  const output = join(directory, 'finite');
  expect((await sftkit('train', writeRecipe(directory, { output, steps: 1 }))).code).toBe(0);
  const file = join(output, 'model', 'model.safetensors');
  const bytes = readFileSync(file);
  bytes.writeFloatLE(Number.NaN, bytes.length - 4);
  writeFileSync(file, bytes);
  const model = join(output, 'model');
  const err = await errorOf(
    'eval',
    '--model',
    model,
    '--data',
    join(directory, 'held-out.jsonl'),
    '--backend',
    'reference',
  );
  expect(err).toContain(`${model}: expected a model with a finite loss, found one without: `);
  expect(err).toMatch(/weight is not$/m);
});
