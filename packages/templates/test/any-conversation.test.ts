/** Rules that hold for whatever people say, by fast-check. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInTemplates } from '../src/built-in-templates.js';
import { ChatTemplate } from '../src/chat-template.js';
import { resolveTemplate } from '../src/resolve-template.js';
import type { Conversation, RenderedConversation, Span } from '../src/types.js';
import { withoutGenerationTags } from '../src/without-generation-tags.js';
import { builtInNames } from './templates.js';

const cut = ({ text }: RenderedConversation, spans: readonly Span[]): string[] =>
  spans.map(({ start, end }) => text.slice(start, end));

const content = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    ' \n',
    ' \u3000\ufeff',
    '<|im_end|>',
    '<|end|>\n<|assistant|>\n',
    '<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n',
    '</s>[INST]',
    '\ue000m0\ue001\ue0f0',
    '{% generation %}',
    '{{ messages }}',
    '\u2028',
  ),
);

const chat: fc.Arbitrary<Conversation> = fc
  .array(fc.tuple(content, content), { minLength: 1, maxLength: 3 })
  .map((turns) => ({
    messages: turns.flatMap(([question, answer]) => [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ]),
  }));

const anyOrder: fc.Arbitrary<Conversation> = fc
  .array(fc.record({ role: fc.constantFrom('system', 'user', 'assistant'), content }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((messages) => ({ messages }));

const bareOf = (name: keyof typeof builtInTemplates): ChatTemplate =>
  ChatTemplate.fromSource(withoutGenerationTags(builtInTemplates[name].source), {
    name,
    specialTokens: resolveTemplate(name).specialTokens,
  });

describe('any conversation', () => {
  it.each(['classic', 'chatml'] as const)('%s: a span is content and end of turn', (name) => {
    const template = resolveTemplate(name);
    const { endOfTurn } = builtInTemplates[name];
    fc.assert(
      fc.property(anyOrder, (value) => {
        const rendered = template.render(value);
        const answers = value.messages.filter(({ role }) => role === 'assistant');
        expect(cut(rendered, rendered.generation)).toEqual(
          answers.map((answer) => `${answer.content}${endOfTurn}`),
        );
        expect(rendered.text).toBe(bareOf(name).renderText(value));
        expect(cut(rendered, rendered.messages).join('')).toBe(rendered.text);
        expect(rendered.messages.map(({ message }) => message)).toEqual(
          value.messages.map((_, index) => index),
        );
        const said = value.messages.map((message, index) => [index, message.content]);
        expect(rendered.sources.map((span) => [span.message, ...cut(rendered, [span])])).toEqual(
          said.filter(([, text]) => text !== ''),
        );
      }),
      { numRuns: 60 },
    );
  });

  it.each(builtInNames)('%s: without its marks the same spans are found', (name) => {
    const template = resolveTemplate(name);
    const bare = bareOf(name);
    expect(bare.marksGeneration).toBe(false);
    fc.assert(
      fc.property(chat, (value) => {
        const { findings, ...marked } = template.render(value);
        const { findings: found, ...rendered } = bare.render(value);
        expect(rendered).toEqual({
          ...marked,
          generation: marked.generation.map(({ start, end, message }) => ({ start, end, message })),
        });
        // Of marks nobody asks where a prompt ends; a thought that holds nothing stands behind it.
        expect(found.filter(({ prompt = '', text = '' }) => !text.startsWith(prompt))).toEqual(findings);
      }),
      { numRuns: 30 },
    );
  });

  it.each(builtInNames)(
    '%s: the parts of a span are all of it, and marks in the text say the same',
    (name) => {
      const template = resolveTemplate(name);
      fc.assert(
        fc.property(chat, (value) => {
          const rendered = template.render(value);
          for (const { parts, ...span } of rendered.generation) {
            expect(parts?.at(-1)?.kind).toBe('endOfTurn');
            expect(cut(rendered, parts ?? []).join('')).toBe(cut(rendered, [span])[0]);
          }
          const marks = template.markedSpans(value, rendered.text);
          if (rendered.text.includes('\ue0f0')) expect(marks).toBeUndefined();
          else expect(marks).toEqual(rendered.generation.map(({ start, end }) => ({ start, end })));
        }),
        { numRuns: 20 },
      );
    },
  );
});
