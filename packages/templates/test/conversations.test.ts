/**
 * Every template with every kind of conversation, against jinja2 with the settings of transformers. A cell is
 * equal, or refused with a reason; none is silently another text. Built-in templates equal the stock ones.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { describe, expect, it } from 'vitest';
import { type BuiltInTemplateName, builtInTemplates } from '../src/built-in-templates.js';
import { ChatTemplate } from '../src/chat-template.js';
import { TemplateError } from '../src/errors.js';
import type { Span } from '../src/types.js';
import { type ConversationKind, conversationKinds } from './conversations.js';

/** Digests of text, text with prompt, spans; null where jinja2 refuses. */
type Cell = readonly [string | null, string | null, string | null];

interface Golden {
  readonly clock: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly sources: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, Readonly<Record<string, Cell>>>>;
}

const golden = JSON.parse(
  readFileSync(new URL('./golden/conversations.json', import.meta.url), 'utf8'),
) as Golden;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const make = (name: string, source: string): ChatTemplate =>
  ChatTemplate.fromSource(source, {
    name,
    specialTokens: golden.variables,
    now: () => new Date(golden.clock),
  });

/** The digest of a rendering, or null where it is refused. */
function attempt(render: () => string): string | null {
  try {
    return digest(render());
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}

const text = (template: ChatTemplate, { conversation, options }: ConversationKind, prompt = false): string =>
  template.renderText(conversation, { ...options, addGenerationPrompt: prompt });

const joined = (spans: readonly Span[]): [number, number][] => {
  const whole: [number, number][] = [];
  for (const { start, end } of spans) {
    const last = whole.at(-1);
    if (last?.[1] === start) last[1] = end;
    else whole.push([start, end]);
  }
  return whole;
};

describe('built-in templates', () => {
  describe.each(Object.entries(builtInTemplates))('%s', (name, { source }) => {
    const template = make(name, source);

    it('is the one that the golden file was made from', () => {
      expect(golden.sources[name], 'run tools/golden/templates.py again').toBe(digest(source));
    });

    it.each(conversationKinds)('$name', (kind) => {
      const [plain, prompted, spans] = golden.templates[name]![kind.name]!;
      expect(attempt(() => text(template, kind))).toBe(plain);
      expect(attempt(() => text(template, kind, true))).toBe(prompted);
      if (plain === null) return;
      const generation = attempt(() =>
        JSON.stringify(joined(template.render(kind.conversation, kind.options).generation)),
      );
      // Text beside a call has no place in these: rendered as the stock template does, but not learnt from.
      const losesText = ['gpt-oss', 'llama-3.1', 'llama-3.2', 'mistral-nemo'].includes(name);
      expect(generation).toBe(losesText && kind.name === 'tool call with content' ? null : spans);
    });
  });
});

/** Which stock template each was written after, and the conversations that it treats otherwise, deliberately. */
const stock: readonly { readonly name: BuiltInTemplateName; readonly like: string }[] = [
  { name: 'llama-3', like: 'trl/llama3' },
  { name: 'llama-3.1', like: 'llama.cpp/meta-llama-Llama-3.1-8B-Instruct' },
  { name: 'llama-3.2', like: 'llama.cpp/meta-llama-Llama-3.2-3B-Instruct' },
  { name: 'qwen2.5', like: 'llama.cpp/Qwen-Qwen2.5-7B-Instruct' },
  { name: 'qwen3', like: 'llama.cpp/Qwen-Qwen3-0.6B' },
  { name: 'gemma-2', like: 'llama.cpp/google-gemma-2-2b-it' },
  { name: 'gemma-3', like: 'trl/gemma3' },
  { name: 'mistral-nemo', like: 'llama.cpp/mistralai-Mistral-Nemo-Instruct-2407' },
  { name: 'phi-3', like: 'trl/phi3' },
  { name: 'deepseek-v3', like: 'llama.cpp/deepseek-ai-DeepSeek-V3.1' },
  { name: 'smollm3', like: 'llama.cpp/HuggingFaceTB-SmolLM3-3B' },
  { name: 'granite', like: 'llama.cpp/ibm-granite-granite-3.3-2B-Instruct' },
  { name: 'gpt-oss', like: 'llama.cpp/openai-gpt-oss-120b' },
];

describe.each(stock)('$name renders what $like renders', ({ name, like }) => {
  it.each(conversationKinds)('$name', (kind) => {
    const [mine, minePrompted] = golden.templates[name]![kind.name]!;
    const [theirs, theirsPrompted] = golden.templates[like]![kind.name]!;
    // Stock templates write Python's notation of a list, or leave it out.
    if (kind.name === 'content parts') return;
    // What a stock template leaves out or fails with, a built-in one may refuse or write.
    if (mine !== null && theirs !== null) expect(mine).toBe(theirs);
    if (minePrompted !== null && theirsPrompted !== null) expect(minePrompted).toBe(theirsPrompted);
  });

  it('refuses only tools and roles that the stock template has no form for', () => {
    const refused = conversationKinds
      .map((kind) => kind.name)
      .filter(
        (kind) => golden.templates[name]![kind]![0] === null && golden.templates[like]![kind]![0] !== null,
      );
    for (const kind of refused) expect(kind).toMatch(/tool|call|arguments|developer|system prompts?( |$)/);
  });
});

describe.skipIf(!sharedIsPresent())('stock templates (needs ../shared)', () => {
  const names = Object.keys(golden.templates).filter((name) => name.includes('/'));
  describe.each(names)('%s', (name) => {
    const template = () =>
      make(name, readFileSync(sharedFile('templates', ...`${name}.jinja`.split('/')), 'utf8'));
    it.each(conversationKinds)('$name', (kind) => {
      const [plain, prompted] = golden.templates[name]![kind.name]!;
      const made = template();
      const [mine, minePrompted] = [false, true].map((prompt) => attempt(() => text(made, kind, prompt)));
      if (mine !== null) expect(mine).toBe(plain);
      if (minePrompted !== null) expect(minePrompted).toBe(prompted);
      // Refused although jinja2 writes it: Python's notation of a list or of None.
      if (mine === null && plain !== null)
        expect(kind.name).toMatch(/^(content parts|tool call without content)$/);
    });
  });
});

describe.skipIf(!sharedIsPresent())('spans found by rendering (needs ../shared)', () => {
  describe.each(stock)('$like, as $name marks them', ({ name, like }) => {
    const source = () => readFileSync(sharedFile('templates', ...`${like}.jinja`.split('/')), 'utf8');
    it.each(conversationKinds)('$name', (kind) => {
      const marked = make(name, builtInTemplates[name].source);
      const spans = (template: ChatTemplate): string =>
        JSON.stringify(
          template
            .render(kind.conversation, kind.options)
            .generation.map(({ start, end, message }) => [message, start, end]),
        );
      const [found, expected] = [make(like, source()), marked].map((made) => attempt(() => spans(made)));
      // Either may refuse; where both answer, they say the same.
      if (found !== null && expected !== null && kind.name !== 'content parts') expect(found).toBe(expected);
      if (/^(one|two|five) turns?$|^system prompt$|unicode|^text like/.test(kind.name) && expected !== null) {
        expect(found).not.toBeNull();
      }
    });
  });
});
