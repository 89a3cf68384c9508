/**
 * What stock templates' spans are: each cell as the committed table says it (tools/golden/spans.ts), each as a built-in
 * template marks it where there is one, and each by rules that hold for any template.
 */
import { sharedIsPresent } from '@sftkit/testing';
import { describe, expect, it } from 'vitest';
import type { ChatTemplate } from '../src/chat-template.js';
import { TemplateError } from '../src/errors.js';
import type { Conversation, RenderedConversation, SourceSpan } from '../src/types.js';
import { type ConversationKind, conversationKinds } from './conversations.js';
import { type SpanCells, spanCells } from './spans.js';
import { golden, stockNames, templateNamed } from './templates.js';

const table = golden<Readonly<Record<string, SpanCells>>>('stock-spans');

function rendered(template: ChatTemplate, kind: ConversationKind): RenderedConversation | undefined {
  try {
    return template.render(kind.conversation, kind.options);
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

describe.skipIf(!sharedIsPresent())('spans of stock templates (needs ../shared)', () => {
  it.each(stockNames)('%s: each cell as in the table', (name) => {
    expect(spanCells(templateNamed(name)), 'look at it, then run tools/golden/spans.ts').toEqual(table[name]);
  });
});

/** The control tokens at which a model of this family stops, by hand. */
const stops: Readonly<Record<string, readonly string[]>> = {
  'llama.cpp/Apertus-8B-Instruct': ['<|assistant_end|>', '<|tools_suffix|>'],
  'llama.cpp/ByteDance-Seed-OSS': ['<seed:eos>'],
  'llama.cpp/CohereForAI-c4ai-command-r7b-12-2024-tool_use': ['<|END_OF_TURN_TOKEN|>'],
  'llama.cpp/GLM-4.6': ['<|user|>', '<|observation|>', '<|system|>', '<|assistant|>'],
  'llama.cpp/HuggingFaceTB-SmolLM3-3B': ['<|im_end|>'],
  'llama.cpp/LFM2-8B-A1B': ['<|im_end|>'],
  'llama.cpp/MiniMax-M2': ['[e~['],
  'llama.cpp/NVIDIA-Nemotron-Nano-v2': ['<SPECIAL_12>'],
  'llama.cpp/NousResearch-Hermes-3-Llama-3.1-8B-tool_use': ['<|im_end|>'],
  'llama.cpp/Qwen-Qwen2.5-7B-Instruct': ['<|im_end|>'],
  'llama.cpp/Qwen-Qwen3-0.6B': ['<|im_end|>'],
  'llama.cpp/Qwen3.5-4B': ['<|im_end|>'],
  'llama.cpp/Reka-Edge': ['<sep>'],
  'llama.cpp/deepseek-ai-DeepSeek-R1-Distill-Llama-8B': ['<｜end▁of▁sentence｜>'],
  'llama.cpp/deepseek-ai-DeepSeek-V3.1': ['<｜end▁of▁sentence｜>'],
  'llama.cpp/google-gemma-2-2b-it': ['<end_of_turn>'],
  'llama.cpp/google-gemma-4-31B-it': ['<turn|>', '<|tool_response>'],
  'llama.cpp/ibm-granite-granite-3.3-2B-Instruct': ['<|end_of_text|>'],
  'llama.cpp/meetkai-functionary-medium-v3.1': ['<|eot_id|>', '<|eom_id|>'],
  'llama.cpp/meta-llama-Llama-3.1-8B-Instruct': ['<|eot_id|>'],
  'llama.cpp/meta-llama-Llama-3.2-3B-Instruct': ['<|eot_id|>'],
  'llama.cpp/microsoft-Phi-3.5-mini-instruct': ['<|end|>'],
  'llama.cpp/mistralai-Mistral-Nemo-Instruct-2407': ['<eos>'],
  'llama.cpp/openai-gpt-oss-120b': ['<|return|>', '<|end|>', '<|call|>'],
  'trl/gemma3': ['<end_of_turn>'],
  'trl/llama3': ['<|eot_id|>'],
  'trl/phi3': ['<|end|>'],
  'trl/qwen2_5': ['<|im_end|>'],
  'trl/qwen3': ['<|im_end|>'],
};

/** A thought with nothing in it, which templates write, or the rest of one that the prompt has opened. */
const NO_THOUGHT = /^\s*(<think>)?\s*(<\/think>)?\s*$/;

/** What is wrong with a rendering, by rules that know neither template nor engine. */
function problems(
  template: ChatTemplate,
  { conversation, options }: ConversationKind,
  { text, generation, sources, findings }: RenderedConversation,
  stopTokens: readonly string[],
): string[] {
  const found: string[] = [];
  const { messages } = conversation;
  const has = (kind: string, message: number): boolean =>
    findings.some((finding) => finding.kind === kind && finding.message === message);
  for (const span of generation) {
    if (messages[span.message]?.role !== 'assistant') found.push(`${span.message}: a span of somebody else`);
    for (const { message, start, end } of sources) {
      if (message !== span.message && start < span.end && end > span.start)
        found.push(`${span.message}: holds ${text.slice(start, end)} of ${message}`);
    }
  }
  for (const { start, end } of said(conversation, sources)) {
    if (!generation.some((span) => span.start <= start && end <= span.end))
      found.push(`${text.slice(start, end)} is in no span`);
  }
  for (const [index, { role }] of messages.entries()) {
    const own = generation.filter(({ message }) => message === index);
    const [first] = own;
    const last = own.at(-1);
    if (role !== 'assistant' || !first || !last) continue;
    const before = text.slice(0, first.start);
    if (index > 0 && !has('prompt', index)) {
      const earlier = { ...conversation, messages: messages.slice(0, index) };
      const prompt = template.renderText(earlier, { ...options, addGenerationPrompt: true });
      const isAsked = before.startsWith(prompt) && NO_THOUGHT.test(before.slice(prompt.length));
      // History may be written otherwise once the answer is there.
      if (!isAsked && !before.endsWith(prompt.slice(-7)))
        found.push(`${index}: begins behind ${before.slice(-20)}`);
    }
    const written = text.slice(last.start, last.end);
    if (!stopTokens.some((token) => written.endsWith(token)))
      found.push(`${index}: ends with ${written.slice(-20)}`);
  }
  return found;
}

/** What came out of assistants' messages, without the names of their functions in the headers of results. */
function said({ messages }: Conversation, sources: readonly SourceSpan[]): SourceSpan[] {
  const seen = new Set<string>();
  return sources.filter(({ message, field, path, from }) => {
    if (messages[message]?.role !== 'assistant' || field === 'name') return false;
    const key = `${message} ${path} ${from}`;
    const isRepeated = path.endsWith('.name') && seen.has(key);
    seen.add(key);
    return !isRepeated;
  });
}

/** Where a rule does not hold, and why that is right. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  // The next assistant message goes on in the same turn.
  'llama.cpp/Apertus-8B-Instruct': ['answer after an answer: 1: ends with One.'],
};

describe.skipIf(!sharedIsPresent())(
  'each span holds what its message said, nothing of others, from prompt to stop token (needs ../shared)',
  () => {
    it.each(Object.entries(stops))('%s', (name, stopTokens) => {
      const template = templateNamed(name);
      const found = conversationKinds.flatMap((kind) => {
        const made = rendered(template, kind);
        return made
          ? problems(template, kind, made, stopTokens).map((problem) => `${kind.name}: ${problem}`)
          : [];
      });
      expect(found).toEqual(exceptions[name] ?? []);
    });
  },
);

/** Which built-in template marks what a stock template does not. */
const marked: Readonly<Record<string, string>> = {
  'trl/llama3': 'llama-3',
  'llama.cpp/meta-llama-Llama-3.1-8B-Instruct': 'llama-3.1',
  'llama.cpp/meta-llama-Llama-3.2-3B-Instruct': 'llama-3.2',
  'llama.cpp/Qwen-Qwen2.5-7B-Instruct': 'qwen2.5',
  'llama.cpp/Qwen-Qwen3-0.6B': 'qwen3',
  'llama.cpp/google-gemma-2-2b-it': 'gemma-2',
  'trl/gemma3': 'gemma-3',
  'llama.cpp/mistralai-Mistral-Nemo-Instruct-2407': 'mistral-nemo',
  'trl/phi3': 'phi-3',
  'llama.cpp/deepseek-ai-DeepSeek-V3.1': 'deepseek-v3',
  'llama.cpp/HuggingFaceTB-SmolLM3-3B': 'smollm3',
  'llama.cpp/ibm-granite-granite-3.3-2B-Instruct': 'granite',
  'llama.cpp/openai-gpt-oss-120b': 'gpt-oss',
};

/** Kinds whose spans differ, though the text does not. */
const otherwise: Readonly<Record<string, readonly string[]>> = {
  // The prompt has closed a thought that the turn then has: marks take the opening tag in.
  'llama.cpp/Qwen-Qwen3-0.6B': ['thinking off, with reasoning'],
};

describe.skipIf(!sharedIsPresent())(
  'spans of a stock template are those that marks give (needs ../shared)',
  () => {
    it.each(Object.entries(marked))('%s and %s', (stock, builtIn) => {
      const [bare, marking] = [templateNamed(stock), templateNamed(builtIn)];
      let compared = 0;
      const differing = conversationKinds.filter((kind) => {
        const [found, expected] = [rendered(bare, kind), rendered(marking, kind)];
        // Either may refuse; lists of parts are written in another way.
        if (!found || !expected || found.text !== expected.text) return false;
        compared += 1;
        const spans = ({ generation }: RenderedConversation): number[][] =>
          generation.map(({ start, end, message }) => [message, start, end]);
        return JSON.stringify(spans(found)) !== JSON.stringify(spans(expected));
      });
      expect(differing.map(({ name }) => name)).toEqual(otherwise[stock] ?? []);
      expect(compared).toBeGreaterThan(40);
    });
  },
);
