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
import { type SpanCells, shownSpans, spanCells } from './spans.js';
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

describe.skipIf(!sharedIsPresent())('spans of stock templates in their text (needs ../shared)', () => {
  it.each<[string, string, string]>([
    [
      'llama.cpp/Qwen3.5-4B',
      'two turns',
      'Hello<|im_end|>\n<|im_start|>assistant\n⟦1:Hi.<|im_end|>⟧\n<|im_start|>user\nAnd now?<|im_end|>\n' +
        '<|im_start|>assistant\n<think>\n\n</think>\n\n⟦3:Bye.\nReally.<|im_end|>⟧\n',
    ],
    [
      'llama.cpp/Qwen3.5-4B',
      'reasoning field',
      '1 + 1?<|im_end|>\n<|im_start|>assistant\n<think>\n⟦1:One and one.\n</think>\n\n2<|im_end|>⟧\n',
    ],
    [
      'llama.cpp/GLM-4.6',
      'tool call',
      'Rain in Köln?<|assistant|>\n<think></think>⟦1:\n<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Köln</arg_value>\n</tool_call><|observation|>⟧' +
        '\n<tool_response>\n3 mm\n</tool_response><|assistant|>\n<think></think>⟦3:\nThree millimetres.<|user|>⟧',
    ],
    [
      'llama.cpp/Apertus-8B-Instruct',
      'tool call with content',
      'Rain?<|user_end|><|assistant_start|>⟦1:Let me see.<|tools_prefix|>[{"get_weather": {"city": "Bonn"}}]<|tools_suffix|>⟧[none]⟦3:No.<|assistant_end|>⟧',
    ],
    [
      'llama.cpp/google-gemma-4-31B-it',
      'tool call',
      'Rain in Köln?<turn|>\n<|turn>model\n⟦1:<|tool_call>call:get_weather{city:<|"|>Köln<|"|>}<tool_call|><|tool_response>⟧response:get_weather{value:<|"|>3 mm<|"|>}<tool_response|>' +
        '⟦3:Three millimetres.<turn|>⟧\n',
    ],
    [
      // The result stands in the answer's turn, between a call and the text that came with it.
      'llama.cpp/google-gemma-4-31B-it',
      'tool call with content',
      'Rain?<turn|>\n<|turn>model\n⟦1:<|tool_call>call:get_weather{city:<|"|>Bonn<|"|>}<tool_call|>⟧<|tool_response>response:get_weather{value:<|"|>none<|"|>}<tool_response|>' +
        '⟦1:Let me see.<turn|>⟧\n⟦3:No.<turn|>⟧\n',
    ],
    [
      'llama.cpp/NVIDIA-Nemotron-Nano-v2',
      'tool call',
      'Rain in Köln?\n<SPECIAL_11>Assistant\n⟦1:<TOOLCALL>[{"name": "get_weather", "arguments": {"city": "Köln"}}]</TOOLCALL>\n<SPECIAL_12>⟧\n' +
        '<SPECIAL_11>User\n<TOOL_RESPONSE>[3 mm]</TOOL_RESPONSE><SPECIAL_11>Assistant\n<think>\n⟦3:Three millimetres.\n<SPECIAL_12>⟧\n',
    ],
    [
      'llama.cpp/MiniMax-M2',
      'tool call with content',
      'Rain?[e~[\n]~b]ai\n⟦1:Let me see.\n<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Bonn</parameter>\n</invoke>\n</minimax:tool_call>[e~[⟧\n' +
        ']~b]tool\n<response>none</response>[e~[\n]~b]ai\n⟦3:No.[e~[⟧\n',
    ],
    [
      'llama.cpp/deepseek-ai-DeepSeek-R1-Distill-Llama-8B',
      'thoughts in two turns',
      '1 + 1?<｜Assistant｜>⟦1:\n\n2<｜end▁of▁sentence｜>⟧<｜User｜>2 + 2?<｜Assistant｜>⟦3:\n\n4<｜end▁of▁sentence｜>⟧',
    ],
    [
      'llama.cpp/openai-gpt-oss-120b',
      'tool call last, with content',
      'Rain?<|end|><|start|>assistant⟦1:<|channel|>analysis<|message|>Let me see.\n<|end|><|start|>assistant to=functions.get_weather<|channel|>commentary json<|message|>{"city": "Bonn"}<|call|>⟧',
    ],
    [
      'llama.cpp/Reka-Edge',
      'whitespace around',
      '  \n question \n<sep>assistant:⟦1: \n\n  answer\t\n\n\n<sep>⟧human: next <sep>assistant:⟦3:  last \n\n<sep>⟧',
    ],
    [
      'llama.cpp/CohereForAI-c4ai-command-r7b-12-2024-tool_use',
      'one turn',
      'What is 1 + 1?<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>⟦1:<|START_RESPONSE|>2<|END_RESPONSE|><|END_OF_TURN_TOKEN|>⟧' +
        '<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|><|START_THINKING|><|END_THINKING|>',
    ],
    [
      'llama.cpp/ByteDance-Seed-OSS',
      'reasoning in two turns',
      '1 + 1?<seed:eos><seed:bos>assistant\n⟦2:<seed:think>Easy.</seed:think>\n2<seed:eos>⟧<seed:bos>user\n2 + 2?<seed:eos><seed:bos>assistant\n' +
        '⟦4:<seed:think>Hard.\nStill.</seed:think>\n4<seed:eos>⟧',
    ],
  ])('%s, %s', (name, kind, expected) => {
    expect(shownSpans(templateNamed(name), kind)).toBe(expected);
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
    const isSaid = findings.some(
      ({ kind, message, text: learnt }) => kind === 'end' && message === index && learnt === undefined,
    );
    if (!isSaid && !stopTokens.some((token) => written.endsWith(token)))
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

/**
 * Left out: an answer that goes on in the turn before it stands behind nothing of its prompt, and rendering has no finding
 * of it yet.
 */
const leftOut: Readonly<Record<string, string>> = {
  'llama.cpp/Apertus-8B-Instruct': 'answer after an answer',
  'llama.cpp/google-gemma-4-31B-it': 'answer after an answer',
};

describe.skipIf(!sharedIsPresent())(
  'each span holds what its message said, nothing of others, from prompt to stop token (needs ../shared)',
  () => {
    it.each(Object.entries(stops))('%s', (name, stopTokens) => {
      const template = templateNamed(name);
      const found = conversationKinds.flatMap((kind) => {
        const made = kind.name === leftOut[name] ? undefined : rendered(template, kind);
        return made
          ? problems(template, kind, made, stopTokens).map((problem) => `${kind.name}: ${problem}`)
          : [];
      });
      expect(found).toEqual([]);
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
