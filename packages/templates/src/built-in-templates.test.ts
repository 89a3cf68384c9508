/** What the spans of built-in templates hold; their text is held against jinja2 in test/. */
import { describe, expect, it } from 'vitest';
import { conversationKinds } from '../test/conversations.js';
import { joined, type SpanCells, shownSpans, spanCells } from '../test/spans.js';
import { builtInNames, golden, templateNamed } from '../test/templates.js';
import { type BuiltInTemplateName, builtInTemplates } from './built-in-templates.js';
import { TemplateError } from './errors.js';
import { resolveTemplate } from './resolve-template.js';
import type { GenerationKind, RenderedConversation, Span } from './types.js';

const now = (): Date => new Date(2026, 0, 5);

const parts = ({ text, generation }: RenderedConversation): [GenerationKind, string][] =>
  generation.flatMap((span) =>
    (span.parts ?? []).map(({ kind, start, end }): [GenerationKind, string] => [
      kind,
      text.slice(start, end),
    ]),
  );

const kindOf = (name: string) => conversationKinds.find((kind) => kind.name === name)!;

const partsOf = (template: BuiltInTemplateName, conversation: string): [GenerationKind, string][] => {
  const { conversation: value, options } = kindOf(conversation);
  return parts(resolveTemplate(template, { now }).render(value, options));
};

const shown = (template: BuiltInTemplateName, conversation: string): string =>
  shownSpans(resolveTemplate(template, { now }), conversation);

describe('the parts of a span', () => {
  it('qwen3: thought, content, call, end of turn', () => {
    expect(partsOf('qwen3', 'tool call with reasoning')).toEqual([
      ['reasoning', '<think>\nI must look.\n</think>\n\n'],
      ['toolCall', '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Bonn"}}\n</tool_call>'],
      ['endOfTurn', '<|im_end|>'],
      ['reasoning', '<think>\nNone means no.\n</think>\n\n'],
      ['content', 'No.'],
      ['endOfTurn', '<|im_end|>'],
    ]);
    expect(partsOf('qwen3', 'one turn')).toEqual([
      ['content', '2'],
      ['endOfTurn', '<|im_end|>'],
    ]);
  });

  it('llama-3.1: a call takes the place of the content', () => {
    expect(partsOf('llama-3.1', 'tool call')).toEqual([
      ['toolCall', '{"name": "get_weather", "parameters": {"city": "Köln"}}'],
      ['endOfTurn', '<|eot_id|>'],
      ['content', 'Three millimetres.'],
      ['endOfTurn', '<|eot_id|>'],
    ]);
  });

  it('mistral-nemo: calls with their ids, the end of sequence', () => {
    expect(partsOf('mistral-nemo', 'tool call')[0]).toEqual([
      'toolCall',
      '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Köln"}, "id": "abc123def"}]',
    ]);
  });

  it('deepseek-v3: content before calls, the empty thought outside', () => {
    expect(partsOf('deepseek-v3', 'tool call with content').slice(0, 3)).toEqual([
      ['content', 'Let me see.'],
      [
        'toolCall',
        '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Bonn"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
      ],
      ['endOfTurn', '<｜end▁of▁sentence｜>'],
    ]);
  });

  it('gpt-oss: the channel is the model’s to write, and the header between thought and answer', () => {
    expect(partsOf('gpt-oss', 'thinking field')).toEqual([
      ['reasoning', '<|channel|>analysis<|message|>One and one.<|end|><|start|>assistant'],
      ['content', '<|channel|>final<|message|>2'],
      ['endOfTurn', '<|return|>'],
    ]);
  });
});

describe('spans in their text', () => {
  it('classic', () => {
    expect(shown('classic', 'two turns')).toBe(
      'Hello<|end|>\n<|assistant|>\n⟦1:Hi.<|end|>⟧\n<|user|>\nAnd now?<|end|>\n<|assistant|>\n⟦3:Bye.\nReally.<|end|>⟧\n',
    );
  });

  it('chatml: results of tools are the user’s, and calls follow the content on their own line', () => {
    expect(shown('chatml', 'tool call with content')).toBe(
      'Rain?<|im_end|>\n<|im_start|>assistant\n' +
        '⟦1:Let me see.\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Bonn"}}\n</tool_call><|im_end|>⟧\n' +
        '<|im_start|>user\n<tool_response>\nnone\n</tool_response><|im_end|>\n<|im_start|>assistant\n⟦3:No.<|im_end|>⟧\n',
    );
  });

  it('qwen3: an empty thought stands before the last answer, outside of its span', () => {
    expect(shown('qwen3', 'two turns')).toBe(
      'Hello<|im_end|>\n<|im_start|>assistant\n⟦1:Hi.<|im_end|>⟧\n' +
        '<|im_start|>user\nAnd now?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n⟦3:Bye.\nReally.<|im_end|>⟧\n',
    );
    expect(shown('qwen3', 'thoughts in two turns')).toBe(
      '1 + 1?<|im_end|>\n<|im_start|>assistant\n⟦1:2<|im_end|>⟧\n' +
        '<|im_start|>user\n2 + 2?<|im_end|>\n<|im_start|>assistant\n⟦3:<think>\nHard.\n</think>\n\n4<|im_end|>⟧\n',
    );
  });

  it('llama-3: content is trimmed, but for what Python does not call whitespace', () => {
    const head = (role: string): string => `<|start_header_id|>${role}<|end_header_id|>\n\n`;
    expect(shown('llama-3', 'rare whitespace')).toBe(
      `a<|eot_id|>${head('assistant')}⟦1:\ufeffb<|eot_id|>⟧` +
        `${head('user')}c<|eot_id|>${head('assistant')}⟦3:\u200bd\u200b<|eot_id|>⟧`,
    );
  });

  it('llama-3.2: a call, its result, the answer', () => {
    const head = (role: string): string => `<|start_header_id|>${role}<|end_header_id|>\n\n`;
    expect(shown('llama-3.2', 'tool call')).toBe(
      `Rain in Köln?<|eot_id|>${head('assistant')}⟦1:{"name": "get_weather", "parameters": {"city": "Köln"}}<|eot_id|>⟧` +
        `${head('ipython')}"3 mm"<|eot_id|>${head('assistant')}⟦3:Three millimetres.<|eot_id|>⟧`,
    );
  });

  it('gemma-2 and gemma-3: the assistant is the model', () => {
    for (const name of ['gemma-2', 'gemma-3'] as const) {
      expect(shown(name, 'empty earlier answer')).toBe(
        'a<end_of_turn>\n<start_of_turn>model\n⟦1:<end_of_turn>⟧\n' +
          '<start_of_turn>user\nb<end_of_turn>\n<start_of_turn>model\n⟦3:c<end_of_turn>⟧\n',
      );
    }
  });

  it('phi-3: the end of sequence behind the conversation is in no span', () => {
    expect(shown('phi-3', 'one turn')).toBe(
      'What is 1 + 1?<|end|>\n<|assistant|>\n⟦1:2<|end|>⟧\n<|endoftext|>',
    );
  });

  it('mistral-nemo: a call, its result, the answer', () => {
    expect(shown('mistral-nemo', 'tool call')).toBe(
      'Rain in Köln?[/INST]⟦1:[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Köln"}, "id": "abc123def"}]</s>⟧' +
        '[TOOL_RESULTS]{"content": 3 mm, "call_id": "abc123def"}[/TOOL_RESULTS]⟦3:Three millimetres.</s>⟧',
    );
  });

  it('deepseek-v3: an answer follows a result without a header', () => {
    expect(shown('deepseek-v3', 'tool call with reasoning')).toBe(
      'Rain?<｜Assistant｜><think></think>⟦1:<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Bonn"}' +
        '<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜>⟧<｜tool▁output▁begin｜>none<｜tool▁output▁end｜>⟦3:No.<｜end▁of▁sentence｜>⟧',
    );
  });

  it('gpt-oss: a call, its result, the answer', () => {
    expect(shown('gpt-oss', 'tool call')).toBe(
      'Rain in Köln?<|end|><|start|>assistant⟦1: to=functions.get_weather<|channel|>commentary json<|message|>{"city": "Köln"}<|call|>⟧' +
        '<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>"3 mm"<|end|><|start|>assistant⟦3:<|channel|>final<|message|>Three millimetres.<|return|>⟧',
    );
  });

  it('granite, smollm3: thoughts in the content are learnt as they are written', () => {
    expect(shown('granite', 'thought in the content')).toContain(
      '<|start_of_role|>assistant<|end_of_role|>⟦1:<think>\nOne and one.\n</think>\n\n2<|end_of_text|>⟧\n',
    );
    expect(shown('smollm3', 'thought in the content')).toContain(
      '<|im_start|>assistant\n⟦1:<think>\nOne and one.\n</think>\n\n2<|im_end|>⟧\n',
    );
  });
});

const table = golden<Readonly<Record<string, SpanCells>>>('built-in-spans');

it.each(builtInNames)('%s: each cell as in the table', (name) => {
  expect(spanCells(templateNamed(name)), 'look at it, then run tools/golden/spans.ts').toEqual(table[name]);
});

describe.each(builtInNames)('%s', (name) => {
  const template = resolveTemplate(name, { now });
  const { endOfTurn } = builtInTemplates[name];
  const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;
  const renderings = conversationKinds.flatMap(({ name: kind, conversation, options }) => {
    try {
      return [{ kind, conversation, options, rendered: template.render(conversation, options) }];
    } catch (error) {
      if (error instanceof TemplateError) return [];
      throw error;
    }
  });

  it('has one span for each answer, whole in parts, that ends with the end of turn', () => {
    expect(renderings.length).toBeGreaterThan(40);
    for (const { kind, conversation, rendered } of renderings) {
      const answers = [...conversation.messages.keys()].filter(
        (index) => conversation.messages[index]!.role === 'assistant',
      );
      expect(
        rendered.generation.map(({ message }) => message),
        kind,
      ).toEqual(answers);
      for (const { start, end, parts: cut } of rendered.generation) {
        const texts = cut?.map((part) => rendered.text.slice(part.start, part.end));
        expect(texts?.join(''), kind).toBe(rendered.text.slice(start, end));
        expect(cut?.at(-1)?.kind, kind).toBe('endOfTurn');
      }
      const { role, tool_calls } = conversation.messages.at(-1)!;
      if (role !== 'assistant' || tool_calls !== undefined) continue;
      const { start, end } = rendered.generation.at(-1)!;
      expect(rendered.text.slice(start, end).endsWith(endOfTurn), kind).toBe(true);
    }
  });

  it('has nobody else’s words in a span', () => {
    for (const { kind, rendered } of renderings) {
      const { generation, sources, messages } = rendered;
      for (const span of generation) {
        const others = [...sources, ...messages].filter(({ message }) => message !== span.message);
        expect(
          others.filter((other) => overlap(other, span)),
          kind,
        ).toEqual([]);
      }
    }
  });

  it('has its spans where marks in the text are', () => {
    for (const { kind, conversation, options, rendered } of renderings) {
      const marks = template.markedSpans(conversation, rendered.text, options);
      expect(joined(marks ?? []), kind).toEqual(joined(rendered.generation));
    }
  });
});
