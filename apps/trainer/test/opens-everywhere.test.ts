/**
 * A saved model directory, opened unchanged by other software: the templates by the Jinja of transformers.js 3.8 and by its
 * newest, and by plain jinja2; the tokenizer by Hugging Face's
 * JavaScript library and, from tokenizer.json alone, by the Rust one. Same text, same ids.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer as RustTokenizer } from '@anush008/tokenizers';
import { Template as NewTemplate } from '@huggingface/jinja';
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import { ChatTemplate, type Conversation } from '@sftkit/templates';
import { loadTokenizer } from '@sftkit/tokenization/node';
import { Template as OldTemplate } from 'huggingface-jinja-0.5.3';
import { beforeAll, describe, expect, test } from 'vitest';
import { sftkit, temporaryDirectory } from './tiny-fixture.js';

const root = join(import.meta.dirname, '..', '..', '..');
const directory = temporaryDirectory();

type Json = Record<string, unknown>;
type Edit = (change: (file: string, edit: (json: Json) => Json) => void, base: string) => void;

const token = (content: string): Json => ({
  ...{ content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
});

/** As Qwen 2.5 writes calls, with marks. */
const turns = (before: string): string =>
  `${before}{%- for m in messages %}
{{- '<|im_start|>' + m.role + '\n' }}
{%- if m.role == 'assistant' %}{% generation %}{{ m.content or '' }}{%- for c in m.tool_calls or [] %}{{ c | tojson }}{% endfor %}<|im_end|>{% endgeneration %}
{%- else %}{{ m.content }}<|im_end|>{% endif %}
{{- '\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}`;

/** How a base is made of the tiny one, and which template it is trained with. */
const BASES: Readonly<Record<string, readonly [template: string, edit: Edit]>> = {
  'a built-in template': ['chatml', () => undefined],
  'the built-in Qwen 3': ['qwen3', () => undefined],
  'tokens in tokenizer_config.json alone': [
    'model',
    (change) => {
      withoutTokensFrom(change, 1020);
      change('tokenizer_config.json', (config) => ({
        ...config,
        added_tokens_decoder: {
          ...(config.added_tokens_decoder as Json),
          1020: token('<|im_start|>'),
          1021: token('<|im_end|>'),
        },
        eos_token: '<|im_end|>',
        chat_template: turns(''),
      }));
    },
  ],
  'tokens in added_tokens.json, and a frame': [
    'model',
    (change, base) => {
      withoutTokensFrom(change, 1020);
      writeFileSync(join(base, 'added_tokens.json'), '{"<|im_end|>": 1021, "<|im_start|>": 1020}');
      writeFileSync(
        join(base, 'special_tokens_map.json'),
        '{"bos_token": "<|endoftext|>", "eos_token": "<|im_end|>"}',
      );
      writeFileSync(join(base, 'chat_template.jinja'), turns('{{ bos_token }}'));
      change('tokenizer_config.json', () => ({
        tokenizer_class: 'LlamaTokenizerFast',
        model_max_length: 4096,
        add_eos_token: true,
      }));
    },
  ],
  'several templates': [
    'model',
    (change) =>
      change('tokenizer_config.json', (config) => ({
        ...config,
        additional_special_tokens: ['<|im_start|>', '<|im_end|>'],
        chat_template: [
          { name: 'default', template: turns('') },
          { name: 'tool_use', template: turns('{{ tools | tojson }}\n') },
          { name: 'rag', template: turns('{{ documents | length }}\n') },
        ],
      })),
  ],
};

function withoutTokensFrom(change: Parameters<Edit>[0], first: number): void {
  change('tokenizer.json', (json) => {
    const model = json.model as { vocab: Record<string, number>; merges: string[] };
    const dropped = new Set(Object.keys(model.vocab).filter((text) => model.vocab[text]! >= first));
    const vocab = Object.fromEntries(Object.entries(model.vocab).filter(([text]) => !dropped.has(text)));
    const merges = model.merges.filter((merge) => !dropped.has([merge].flat().join('').replace(' ', '')));
    return { ...json, model: { ...model, vocab, merges } };
  });
}

const call = { type: 'function', function: { name: 'weather', arguments: { city: 'Oslo', days: 3 } } };
const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
const plain: Conversation = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi "you" & <me>\n\n' },
    { role: 'assistant', content: 'Yes: 你好 🐈.' },
    { role: 'user', content: 'Again?' },
  ],
};
const withTools: Conversation = {
  tools,
  messages: [
    { role: 'user', content: 'Weather?' },
    { role: 'assistant', content: '', tool_calls: [call] },
    { role: 'tool', content: 'rain' },
  ],
};

const TEXTS = [
  'Once upon a time, there was a cat.',
  ' 1234 Hello\r\n\tworld  <|im_start|>user\nHi<|im_end|>\n',
  '<|endoftext|>你好 🐈<|im_end|>',
];

describe.each(Object.entries(BASES))('%s', (name, [template, edit]) => {
  const base = join(directory, name.replaceAll(/\W+/g, '-'));
  const model = join(`${base}-run`, 'model');

  beforeAll(async () => {
    cpSync(join(root, 'recipes', 'tiny-base'), base, { recursive: true });
    rmSync(join(base, 'README.md'), { force: true });
    edit((file, change) => {
      const path = join(base, file);
      writeFileSync(path, JSON.stringify(change(readJson(path))));
    }, base);
    const data = join(directory, 'data.jsonl');
    writeFileSync(data, `${JSON.stringify({ messages: [...plain.messages.slice(0, 3)] })}\n`);
    const outcome = await sftkit(
      ...['train', join(root, 'recipes', 'quickstart.yaml'), `model=${base}`, `template=${template}`],
      ...[`data.train=${data}`, 'data.heldOut=0', 'steps=1', `output=${base}-run`],
      ...['report.mask=false', 'report.prompts=0', 'report.samples=[]'],
    );
    expect(outcome).toMatchObject({ code: 0, err: '' });
  });

  test('the text of its template', async () => {
    const config = readJson(join(model, 'tokenizer_config.json'));
    const ours = ChatTemplate.fromTokenizerConfig(config);
    const sources = templatesOf(config.chat_template);
    for (const conversation of [plain, withTools]) {
      const source = (conversation.tools && sources.get('tool_use')) ?? sources.get('default')!;
      const variables = {
        ...conversation,
        bos_token: config.bos_token,
        eos_token: config.eos_token,
        add_generation_prompt: true,
      };
      const text = ours.renderText(conversation, { addGenerationPrompt: true });
      expect(text).toMatch(/assistant\n/);
      expect(new OldTemplate(source).render(variables)).toBe(text);
      expect(new NewTemplate(source).render(variables)).toBe(text);
      const jinja2 = renderWithJinja2(source, variables);
      if (jinja2 !== undefined) expect(jinja2).toBe(text);
    }
    for (const source of sources.values()) expect(source).not.toMatch(/\{%-?\s*(?:end)?generation/);
  });

  test('the ids of its tokenizer', async () => {
    const ours = await loadTokenizer(model);
    const json = readJson(join(model, 'tokenizer.json'));
    const library = new LibraryTokenizer(json, readJson(join(model, 'tokenizer_config.json')));
    const rust = RustTokenizer.fromFile(join(model, 'tokenizer.json'));
    for (const text of TEXTS) {
      for (const addSpecialTokens of [true, false]) {
        const ids = [...ours.encode(text, { addSpecialTokens }).ids];
        expect((await rust.encode(text, null, { addSpecialTokens })).getIds(), text).toEqual(ids);
        expect(library.encode(text, { add_special_tokens: addSpecialTokens }).ids, text).toEqual(ids);
      }
    }
  });

  test('loads as what was saved', async () => {
    const ours = await loadTokenizer(model);
    const files = ['tokenizer.json', 'tokenizer_config.json'].map((file) => readJson(join(model, file)));
    const { tokenizerConfig } = ours.toObjects();
    expect([JSON.parse(ours.toTokenizerJson()), tokenizerConfig]).toEqual(files);
    expect(ours.warnings).toEqual([]);
    expect(ours.unnumberedTokens).toEqual([]);
  });
});

function readJson(path: string): Json {
  return JSON.parse(readFileSync(path, 'utf8')) as Json;
}

function templatesOf(value: unknown): ReadonlyMap<string, string> {
  if (typeof value === 'string') return new Map([['default', value]]);
  return new Map(
    (value as { name: string; template: string }[]).map(({ name, template }) => [name, template]),
  );
}

/** Without Hugging Face's extension for generation tags; undefined where the machine has no jinja2. */
function renderWithJinja2(source: string, variables: Json): string | undefined {
  const program = `
import json, sys
from jinja2.sandbox import ImmutableSandboxedEnvironment
given = json.load(sys.stdin)
environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
environment.filters["tojson"] = lambda value, indent=None: json.dumps(value, ensure_ascii=False, indent=indent)
print(environment.from_string(given["source"]).render(**given["variables"]), end="")`;
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program], {
    input: JSON.stringify({ source, variables }),
    encoding: 'utf8',
  });
  if (status === 0) return stdout;
  expect(status === null || stderr.includes('No module named')).toBe(true);
  return undefined;
}
