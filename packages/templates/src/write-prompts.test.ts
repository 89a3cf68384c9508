import { describe, expect, it } from 'vitest';
import { ChatTemplate } from './chat-template.js';
import { resolveTemplate } from './resolve-template.js';
import type { Conversation } from './types.js';
import { writePrompts } from './write-prompts.js';

const conversation: Conversation = {
  messages: [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'b' },
    { role: 'user', content: 'c' },
    { role: 'assistant', content: 'd' },
  ],
};

const turns = (prompt: string): string =>
  `{% for m in messages %}{% if m.role == 'assistant' %}<a>{{ m.content }}</a>{% else %}<u>{{ m.content }}</u>{% endif %}{% endfor %}{% if add_generation_prompt %}<a>${prompt}{% endif %}`;

const spans = (template: ChatTemplate, said = conversation): string[] => {
  const { text, generation } = template.render(said);
  return generation.map(({ start, end }) => text.slice(start, end));
};

/** Whether what stands before each answer is the prompt that asks for it. */
const prompts = (template: ChatTemplate, { messages }: Conversation): boolean[] => {
  const { text, generation } = template.render({ messages });
  return generation.map(({ start, message }) => {
    const before = { messages: messages.slice(0, message) };
    return text
      .slice(0, start)
      .endsWith(template.renderText(before, { addGenerationPrompt: true }).slice(-12));
  });
};

describe('matchingPrompts', () => {
  it('writes the rest of a prompt that opens a thought into the turn, and not into the span', () => {
    const template = ChatTemplate.fromSource(turns('<think>\n')).matchingPrompts();
    const { text, messages, sources, findings } = template.render(conversation);
    expect(text).toBe('<u>a</u><a><think>\nb</a><u>c</u><a><think>\nd</a>');
    expect(spans(template)).toEqual(['b</a>', 'd</a>']);
    expect(messages.map(({ start, end }) => text.slice(start, end))).toEqual([
      '<u>a</u>',
      '<a><think>\nb</a>',
      '<u>c</u>',
      '<a><think>\nd</a>',
    ]);
    expect(sources.map(({ start, end, message }) => [message, text.slice(start, end)])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
      [3, 'd'],
    ]);
    expect(findings).toEqual([]);
    expect(prompts(template, conversation)).toEqual([true, true]);
    expect(template.source).toBe(turns('<think>\n'));
  });

  it('turns thinking off where the template knows how, and then prompts are beginnings of turns', () => {
    const source = turns('{% if enable_thinking is not defined or enable_thinking %}<think>\n{% endif %}');
    const template = ChatTemplate.fromSource(source).matchingPrompts();
    expect(template.source).toMatch(
      /^\{%- if enable_thinking is not defined -%\}\{%- set enable_thinking = false -%\}\{%- endif -%\}/,
    );
    expect(template.source.endsWith(source)).toBe(true);
    const { text, findings } = template.render(conversation);
    expect(text).toBe('<u>a</u><a>b</a><u>c</u><a>d</a>');
    expect(findings).toEqual([]);
    const before = { messages: conversation.messages.slice(0, 3) };
    expect(template.renderText(before, { addGenerationPrompt: true })).toBe('<u>a</u><a>b</a><u>c</u><a>');
    // A caller that says otherwise is obeyed.
    const options = { addGenerationPrompt: true, variables: { enable_thinking: true } };
    expect(template.renderText(before, options)).toBe('<u>a</u><a>b</a><u>c</u><a><think>\n');
  });

  it('does the same in the template for tools', () => {
    const source = turns('{% if enable_thinking is not defined or enable_thinking %}<think>\n{% endif %}');
    const template = ChatTemplate.fromSource(source, { toolUse: `T${source}` }).matchingPrompts();
    const { text } = template.render({ ...conversation, tools: [] });
    expect(text).toBe('T<u>a</u><a>b</a><u>c</u><a>d</a>');
    expect(template.render({ ...conversation, tools: [] }).findings).toEqual([]);
  });

  it('leaves a template alone whose prompts match, or that marks what is generated', () => {
    for (const template of [ChatTemplate.fromSource(turns('')), resolveTemplate('qwen3')]) {
      const matched = template.matchingPrompts();
      expect(matched.source).toBe(template.source);
      expect(matched.render(conversation)).toEqual(template.render(conversation));
    }
  });
});

describe('writePrompts', () => {
  it('moves what begins at a place behind what is written there, and the parts of a span with it', () => {
    const part = { start: 4, end: 6, kind: 'content' } as const;
    const written = writePrompts(
      {
        text: '<u><ab></a>',
        messages: [
          { start: 0, end: 3, message: 0, role: 'user' },
          { start: 3, end: 11, message: 1, role: 'assistant' },
        ],
        generation: [
          { start: 4, end: 5, message: 1, parts: [{ ...part, end: 5 }] },
          { start: 5, end: 11, message: 1 },
        ],
        sources: [
          { start: 2, end: 4, message: 0, field: 'content', path: '', from: 0 },
          { start: 4, end: 6, message: 1, field: 'content', path: '', from: 0 },
        ],
        findings: [
          { kind: 'prompt', message: 1, problem: 'p' },
          { kind: 'prompt', message: 0, problem: 'p' },
          { kind: 'end', message: 1, problem: 'e' },
        ],
      },
      new Map([[1, '##']]),
    );
    expect(written).toEqual({
      text: '<u><##ab></a>',
      messages: [
        { start: 0, end: 3, message: 0, role: 'user' },
        { start: 3, end: 13, message: 1, role: 'assistant' },
      ],
      generation: [
        { start: 6, end: 7, message: 1, parts: [{ start: 6, end: 7, kind: 'content' }] },
        { start: 7, end: 13, message: 1 },
      ],
      sources: [
        { start: 2, end: 4, message: 0, field: 'content', path: '', from: 0 },
        { start: 6, end: 8, message: 1, field: 'content', path: '', from: 0 },
      ],
      findings: [
        { kind: 'prompt', message: 0, problem: 'p' },
        { kind: 'end', message: 1, problem: 'e' },
      ],
    });
  });
});
