/** A span finder that is wrong, in every way that we could think of: the mask it makes is not believed. */
import {
  ChatTemplate,
  type Conversation,
  type GenerationSpan,
  type RenderedConversation,
  resolveTemplate,
} from '@sftkit/templates';
import { describe, expect, test } from 'vitest';
import { encode } from '../test/hand-made.js';
import { maskConversation } from './mask-conversation.js';
import { MaskingError } from './masking-error.js';
import type { SupervisionOptions } from './supervision-options.js';
import type { MaskedExample } from './types.js';
import { verifyMask } from './verify-mask.js';

const conversation: Conversation = {
  messages: [
    { role: 'system', content: 'Be brief, and friendly to all.' },
    { role: 'user', content: 'What is the first question?' },
    { role: 'assistant', content: 'The first answer of two.' },
    { role: 'user', content: 'What is the second question?' },
    { role: 'assistant', content: 'The second answer, and the last.' },
  ],
};

const unmarked = (name: string, source: string): readonly [string, ChatTemplate] => [
  name,
  ChatTemplate.fromSource(source, { name, specialTokens: { bos_token: '<s>', eos_token: '</s>' } }),
];

const templates: readonly (readonly [string, ChatTemplate])[] = [
  ...(['classic', 'chatml', 'llama-3.1', 'qwen3'] as const).map(
    (name) => [name, resolveTemplate(name)] as const,
  ),
  unmarked(
    'chatml without marks',
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
  ),
  unmarked(
    'the next header ends a turn',
    "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}",
  ),
  unmarked(
    'text in a namespace',
    "{% set ns = namespace(out='') %}{% for i in range(messages | length) %}{% set ns.out = ns.out ~ messages[i].role ~ ': ' ~ messages[i].content ~ '<sep>' %}{% endfor %}{{ ns.out }}{% if add_generation_prompt %}assistant: {% endif %}",
  ),
];

/** Generation spans as a faulty span finder would give them. */
const mutations: Readonly<
  Record<string, (spans: readonly GenerationSpan[], rendered: RenderedConversation) => GenerationSpan[]>
> = {
  'fourteen characters early': (spans) => spans.map((span) => ({ ...span, start: span.start - 14 })),
  'one character early': (spans) => spans.map((span) => ({ ...span, start: span.start - 1 })),
  'one character late': (spans) => spans.map((span) => ({ ...span, start: span.start + 1 })),
  'ten characters late': (spans) => spans.map((span) => ({ ...span, start: span.start + 10 })),
  'one turn off': (spans, { messages }) =>
    spans.map((span) => {
      const { start, end } = messages.find(({ message }) => message === span.message - 1)!;
      return { message: span.message, start, end };
    }),
  'the two turns exchanged': ([first, second]) => [
    { ...first!, message: second!.message },
    { ...second!, message: first!.message },
  ],
  'the whole turn, header included': (spans, { messages }) =>
    spans.map(({ message }) => {
      const { start, end } = messages.find((span) => span.message === message)!;
      return { message, start, end };
    }),
  'the end left out': (spans, { sources }) =>
    spans.map((span) => ({ ...span, end: sources.findLast(({ message }) => message === span.message)!.end })),
  'half of the end left out': (spans) => spans.map((span) => ({ ...span, end: span.end - 2 })),
  'what follows the end taken in': (spans, { text }) =>
    spans.map((span) => ({ ...span, end: Math.min(text.length, span.end + 14) })),
  'the last turn lost': (spans) =>
    spans.map((span, i) => (i === 0 ? span : { ...span, end: span.start + 1 })),
  'everything up to the end': (spans) => [{ message: 2, start: 1, end: spans.at(-1)!.end }],
  'the user’s words too': (spans, { sources }) => {
    const { start, end } = sources.find(({ message }) => message === 1)!;
    return [{ message: 2, start, end }, ...spans];
  },
};

/** What the proof says of a mask made from these spans. */
function kindsOf(
  template: ChatTemplate,
  spans: readonly GenerationSpan[],
  options: SupervisionOptions = {},
): string[] {
  const rendered = template.render(conversation);
  // Parts would say what is reasoning; the mutants have none.
  const wrong = { ...rendered, generation: spans.map(({ parts: _parts, ...span }) => span) };
  const encoding = encode(rendered.text);
  let masked: MaskedExample;
  try {
    masked = maskConversation(wrong, encoding, conversation, options);
  } catch (error) {
    // A turn without a span is refused before there is a mask.
    if (error instanceof MaskingError) return [error.name];
    throw error;
  }
  return verifyMask(wrong, encoding, conversation, masked, { ...options, template }).map(({ kind }) => kind);
}

describe.each(templates)('%s', (_, template) => {
  const rendered = template.render(conversation);

  test('the right spans are believed', () => {
    expect(kindsOf(template, rendered.generation)).toEqual([]);
    expect(kindsOf(template, rendered.generation, { policy: 'last-assistant' })).toEqual([]);
  });

  // In the last one the two turns keep their places in the loss: only `last-assistant` tells them apart.
  test.each(Object.entries(mutations).filter(([name]) => name !== 'the two turns exchanged'))(
    '%s',
    (_name, mutate) => {
      const spans = mutate(rendered.generation, rendered);
      if (JSON.stringify(spans) === JSON.stringify(rendered.generation)) return;
      expect(kindsOf(template, spans)).not.toEqual([]);
    },
  );

  test('the two turns exchanged, where the last alone is learnt', () => {
    const spans = mutations['the two turns exchanged']!(rendered.generation, rendered);
    expect(kindsOf(template, spans, { policy: 'last-assistant' })).not.toEqual([]);
  });
});

test('says of an end that is missing what comes of it', () => {
  for (const [name, template] of templates.slice(-2)) {
    const rendered = template.render(conversation);
    const generation = mutations['the end left out']!(rendered.generation, rendered);
    const wrong = { ...rendered, generation };
    const encoding = encode(rendered.text);
    const masked = maskConversation(wrong, encoding, conversation);
    const [finding] = verifyMask(wrong, encoding, conversation, masked, { template });
    expect(finding?.kind, name).toBe('end');
    expect(finding?.problem, name).toContain('is not learnt: a model that never learns it never stops');
  }
});

test('an answer that another one follows at once may have no end', () => {
  const [, template] = templates.find(([name]) => name === 'the next header ends a turn')!;
  const messages = [conversation.messages[1]!, conversation.messages[2]!, conversation.messages[4]!];
  const rendered = template.render({ messages });
  const encoding = encode(rendered.text);
  const masked = maskConversation(rendered, encoding, { messages });
  expect(rendered.findings.map(({ kind, message }) => `${kind} ${message}`)).toEqual(['end 1', 'end 2']);
  expect(verifyMask(rendered, encoding, { messages }, masked, { template })).toEqual([]);
});

test('a template that refuses the messages before a turn is not asked for its prompt', () => {
  const [, template] = unmarked(
    'no less than four messages',
    "{% if messages | length < 4 %}{{ raise_exception('too few') }}{% endif %}{% for m in messages %}<{{ m.role }}>{{ m.content }}</s>{% endfor %}",
  );
  expect(kindsOf(template, template.render(conversation).generation)).toEqual([]);
});

test('roles, parts and thoughts that are asked for are no contradiction', () => {
  const chatml = resolveTemplate('chatml');
  const check = (messages: Conversation['messages'], options: SupervisionOptions = {}) => {
    const rendered = chatml.render({ messages });
    const encoding = encode(rendered.text);
    const masked = maskConversation(rendered, encoding, { messages }, options);
    return verifyMask(rendered, encoding, { messages }, masked, { ...options, template: chatml });
  };
  expect(check(conversation.messages, { roles: ['user', 'assistant'] })).toEqual([]);
  expect(check(conversation.messages, { policy: 'all' })).toEqual([]);
  const [, user, answer] = conversation.messages;
  expect(check([user!, { ...answer!, train: false }, user!, answer!])).toEqual([]);
  expect(check([{ ...user!, train: true }, answer!])).toEqual([]);
  const thought = { ...answer!, content: '<think>\nhm\n</think>\n\nYes.' };
  expect(check([user!, thought], { reasoning: false })).toEqual([]);
  const parts = [
    { type: 'text', text: 'bad', train: false },
    { type: 'text', text: 'good' },
  ];
  expect(check([user!, { ...answer!, content: parts }])).toEqual([]);
});
