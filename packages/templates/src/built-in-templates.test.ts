/** What the spans of built-in templates hold, kind by kind; their text is held against jinja2 in test/. */
import { describe, expect, it } from 'vitest';
import { conversationKinds } from '../test/conversations.js';
import { type BuiltInTemplateName, builtInTemplates } from './built-in-templates.js';
import { TemplateError } from './errors.js';
import { pythonStrip } from './python-strip.js';
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

describe.each(Object.keys(builtInTemplates) as BuiltInTemplateName[])('%s', (name) => {
  const template = resolveTemplate(name, { now });
  const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

  it.each(conversationKinds)(
    '$name: all of the answers, and nobody else’s words',
    ({ conversation, options }) => {
      let rendered: RenderedConversation;
      try {
        rendered = template.render(conversation, options);
      } catch (error) {
        expect(error).toBeInstanceOf(TemplateError);
        return;
      }
      const { text, messages, generation } = rendered;
      for (const span of generation) {
        expect(span.parts?.map(({ start, end }) => text.slice(start, end)).join('')).toBe(
          text.slice(span.start, span.end),
        );
        expect(span.parts?.at(-1)?.kind).toBe('endOfTurn');
        const others = messages.filter(({ role }) => role !== 'assistant');
        expect(others.some((other) => overlap(other, span))).toBe(false);
      }
      for (const [index, { role, content, tool_calls }] of conversation.messages.entries()) {
        const own = generation.filter(({ message }) => message === index);
        expect(own).toHaveLength(role === 'assistant' ? 1 : 0);
        if (role !== 'assistant' || typeof content !== 'string' || tool_calls !== undefined) continue;
        const written = own[0]!.parts!.filter(({ kind }) => kind === 'content');
        const answer = written.map(({ start, end }) => text.slice(start, end)).join('');
        // Thoughts may be dropped or be a part of their own.
        expect(
          pythonStrip(answer, 'strip').endsWith(pythonStrip(content.split('</think>').at(-1)!, 'strip')),
        ).toBe(true);
      }
    },
  );
});
