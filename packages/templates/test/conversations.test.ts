/**
 * Every template with every kind of conversation, without and with generation prompt, against jinja2 with the settings
 * of transformers: the same text where jinja2 renders, an error where it refuses.
 */
import { sharedIsPresent } from '@sftkit/testing';
import { describe, expect, it } from 'vitest';
import { type BuiltInTemplateName, builtInTemplates } from '../src/built-in-templates.js';
import { TemplateRenderError, TemplateSpanError } from '../src/errors.js';
import { conversationKinds } from './conversations.js';
import { joined } from './spans.js';
import {
  builtInNames,
  type ConversationCell,
  conversationTable,
  digest,
  stockNames,
  templateNamed,
} from './templates.js';

/** The digest of a rendering, or null where the template refuses it. */
function digestOf(render: () => string): string | null {
  try {
    return digest(render());
  } catch (error) {
    if (error instanceof TemplateRenderError) return null;
    throw error;
  }
}

/** By kind of conversation. */
const perKind = <T>(of: (kind: (typeof conversationKinds)[number]) => T): Record<string, T> =>
  Object.fromEntries(conversationKinds.map((kind) => [kind.name, of(kind)]));

const expected = <T>(name: string, of: (cell: ConversationCell) => T): Record<string, T> =>
  Object.fromEntries(
    Object.entries(conversationTable.templates[name]!).map(([kind, cell]) => [kind, of(cell)]),
  );

function writesWhatJinjaWrites(name: string): void {
  const template = templateNamed(name);
  const found = perKind(({ conversation, options }) =>
    [false, true].map((addGenerationPrompt) =>
      digestOf(() => template.renderText(conversation, { ...options, addGenerationPrompt })),
    ),
  );
  expect(found).toEqual(expected(name, ([plain, prompted]) => [plain, prompted]));
}

const calls = conversationKinds
  .filter(({ conversation }) => conversation.messages.some(({ tool_calls }) => tool_calls !== undefined))
  .map(({ name }) => name);

/** Rendered as jinja2 does, but refused as something to learn: the template leaves calls out. */
const notLearnt: Readonly<Record<string, readonly string[]>> = {
  'trl/gemma3_training': ['tool call last', 'tool call last, with content'],
  'trl/llama3_training': calls,
  'trl/phi3_training': calls.filter((kind) => kind !== 'tool call without content'),
};

function marksWhatTransformersMarks(name: string): void {
  const template = templateNamed(name);
  expect(template.marksGeneration).toBe(true);
  const refused: string[] = [];
  const found = perKind(({ name: kind, conversation, options }) =>
    digestOf(() => {
      try {
        return JSON.stringify(joined(template.render(conversation, options).generation));
      } catch (error) {
        if (!(error instanceof TemplateSpanError)) throw error;
        refused.push(kind);
        const text = template.renderText(conversation, options);
        return JSON.stringify(joined(template.markedSpans(conversation, text, options)!));
      }
    }),
  );
  expect(found).toEqual(expected(name, ([, , spans]) => spans));
  expect(refused.toSorted()).toEqual((notLearnt[name] ?? []).toSorted());
}

describe('built-in templates', () => {
  it.each(builtInNames)('%s is the one that the golden file was made from', (name) => {
    expect(conversationTable.sources[name], 'run tools/golden/templates.py again').toBe(
      digest(builtInTemplates[name].source),
    );
  });

  it.each(builtInNames)('%s writes what jinja2 writes', writesWhatJinjaWrites);

  it.each(builtInNames)('%s marks what transformers marks', marksWhatTransformersMarks);
});

describe.skipIf(!sharedIsPresent())('stock templates (needs ../shared)', () => {
  it.each(stockNames)('%s writes what jinja2 writes', writesWhatJinjaWrites);

  it.each(stockNames.filter((name) => name.endsWith('_training')))(
    '%s marks what transformers marks',
    marksWhatTransformersMarks,
  );
});

/** Which stock template each was written after. */
const likes: Readonly<Partial<Record<BuiltInTemplateName, string>>> = {
  'llama-3': 'trl/llama3',
  'llama-3.1': 'llama.cpp/meta-llama-Llama-3.1-8B-Instruct',
  'llama-3.2': 'llama.cpp/meta-llama-Llama-3.2-3B-Instruct',
  'qwen2.5': 'llama.cpp/Qwen-Qwen2.5-7B-Instruct',
  qwen3: 'llama.cpp/Qwen-Qwen3-0.6B',
  'gemma-2': 'llama.cpp/google-gemma-2-2b-it',
  'gemma-3': 'trl/gemma3',
  'mistral-nemo': 'llama.cpp/mistralai-Mistral-Nemo-Instruct-2407',
  'phi-3': 'trl/phi3',
  'deepseek-v3': 'llama.cpp/deepseek-ai-DeepSeek-V3.1',
  smollm3: 'llama.cpp/HuggingFaceTB-SmolLM3-3B',
  granite: 'llama.cpp/ibm-granite-granite-3.3-2B-Instruct',
  'gpt-oss': 'llama.cpp/openai-gpt-oss-120b',
};

/** The tests above hold each against jinja2, so the files' digests say how the two compare. */
it('a built-in template writes what its stock template writes, or refuses what that has no form for', () => {
  for (const [name, like] of Object.entries(likes)) {
    for (const [kind, [mine, minePrompted]] of Object.entries(conversationTable.templates[name]!)) {
      const [theirs, theirsPrompted] = conversationTable.templates[like]![kind]!;
      // Stock templates write Python's notation of a list, or leave it out.
      if (kind.startsWith('content parts')) continue;
      const cell = `${name}, ${kind}`;
      if (theirs !== null && mine !== null) expect(mine, cell).toBe(theirs);
      if (theirsPrompted !== null && minePrompted !== null) expect(minePrompted, cell).toBe(theirsPrompted);
      if (theirs !== null && mine === null)
        expect(kind, cell).toMatch(/tool|call|arguments|developer|system prompts?( |$)/);
    }
  }
});
