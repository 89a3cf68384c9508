/** Small inputs that once gave a wrong mask, another text, or a model that other software could not open. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ChatTemplate } from '@sftkit/templates';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { describe, expect, test } from 'vitest';
import { parseLines, sftkit, temporaryDirectory } from './tiny-fixture.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const tinyBase = join(root, 'recipes', 'tiny-base');
const file = (...parts: readonly string[]): string => sharedFile('cases', ...parts);

interface Row {
  readonly text: string;
  readonly tokens: readonly { readonly text: string; readonly supervised: boolean }[];
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

  interface Tools {
    readonly json: (name: string, change: (value: Record<string, unknown>) => object | undefined) => void;
  }

  /** The tiny model, changed. */
  async function modelOf(name: string, edit: (tools: Tools) => void = () => undefined): Promise<string> {
    const path = join(directory, name);
    cpSync(tinyBase, path, { recursive: true });
    edit({
      json: (config, change) => {
        const value = JSON.parse(readFileSync(join(path, config), 'utf8')) as Record<string, unknown>;
        writeFileSync(join(path, config), JSON.stringify(change(value) ?? value));
      },
    });
    return path;
  }

  test('04: a template with carriage returns is read as jinja2 reads it', async () => {
    const model = await modelOf('04-crlf-template');
    cpSync(file('04-crlf-template', 'overlay'), model, { recursive: true });
    const [row] = await inspected('--model', model, '--data', file('04-crlf-template', 'data.jsonl'));
    expect(row?.text).toBe('<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\nYes.<|im_end|>\n');
    // The block marks the line feed, too.
    expect(learnt(row!)).toEqual(['Yes.<|im_end|>\n']);
  });

  test('05: conversations with tools have the template for them', async () => {
    const edit = (await import(pathToFileURL(file('05-tool-use-template', 'edit.mjs')).href)) as {
      readonly default: (tools: Tools) => void;
    };
    const model = await modelOf('05-tool-use-template', edit.default);
    const rows = await inspected('--model', model, '--data', file('05-tool-use-template', 'data.jsonl'));
    expect(rows).toHaveLength(2);
    for (const { text } of rows) expect(text).toMatch(/^Tools: \[\{"type": "function", /);
  });

  test('14: a saved model has a template that every software can parse', async () => {
    const output = join(directory, 'run-14');
    const outcome = await sftkit(
      'train',
      join(root, 'recipes', 'quickstart.yaml'),
      `model=${tinyBase}`,
      'template=chatml',
      `data.train=${file('14-saved-generation-tags', 'data.jsonl')}`,
      'data.heldOut=0',
      'steps=1',
      'report.mask=false',
      'report.prompts=0',
      'report.samples=[]',
      `output=${output}`,
    );
    expect(outcome).toMatchObject({ code: 0, err: '' });
    const config = JSON.parse(readFileSync(join(output, 'model', 'tokenizer_config.json'), 'utf8')) as {
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
