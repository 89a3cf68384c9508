import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BuiltInTemplate, builtInTemplates } from './built-in-templates.js';
import { ChatTemplate } from './chat-template.js';
import { endOfTurn } from './end-of-turn.js';
import { ConversationError, TemplateRenderError, TemplateSpanError } from './errors.js';
import { resolveTemplate } from './resolve-template.js';
import type { Conversation, Message, RenderedConversation, Span } from './types.js';

const twoTurns: Conversation = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hi.' },
    { role: 'user', content: '' },
    { role: 'assistant', content: ' Bye. \n' },
  ],
};

const cut = ({ text }: RenderedConversation, spans: readonly Span[]): string[] =>
  spans.map(({ start, end }) => text.slice(start, end));

const loop = (assistant: string): string =>
  `{% for message in messages %}{% if message.role == 'assistant' %}${assistant}{% else %}<u>{{ message.content }}{% endif %}{% endfor %}`;

describe('built-in templates', () => {
  it('classic: each header on its own line, content, end of turn', () => {
    const rendered = resolveTemplate('classic').render(twoTurns);
    expect(rendered.text).toBe(
      '<|system|>\nBe brief.<|end|>\n<|user|>\nHello<|end|>\n<|assistant|>\nHi.<|end|>\n' +
        '<|user|>\n<|end|>\n<|assistant|>\n Bye. \n<|end|>\n',
    );
    expect(rendered.generation).toMatchObject([
      { start: 64, end: 74, message: 2 },
      { start: 106, end: 120, message: 4 },
    ]);
    expect(cut(rendered, rendered.generation)).toEqual(['Hi.<|end|>', ' Bye. \n<|end|>']);
    expect(cut(rendered, rendered.messages)).toEqual([
      '<|system|>\nBe brief.<|end|>\n',
      '<|user|>\nHello<|end|>\n',
      '<|assistant|>\nHi.<|end|>\n',
      '<|user|>\n<|end|>\n',
      '<|assistant|>\n Bye. \n<|end|>\n',
    ]);
    expect(rendered.messages.map(({ message, role }) => `${message} ${role}`)).toEqual([
      '0 system',
      '1 user',
      '2 assistant',
      '3 user',
      '4 assistant',
    ]);
  });

  it('chatml: as Qwen writes it, without a default system prompt', () => {
    const rendered = resolveTemplate('chatml').render({ messages: twoTurns.messages.slice(1, 3) });
    expect(rendered.text).toBe('<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nHi.<|im_end|>\n');
    expect(cut(rendered, rendered.generation)).toEqual(['Hi.<|im_end|>']);
  });

  it('chatml: tool calls are generated, tool results are not', () => {
    const rendered = resolveTemplate('chatml').render({
      tools: [{ type: 'function', function: { name: 'add' } }],
      messages: [
        { role: 'user', content: '1 + 1?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ function: { name: 'add', arguments: { a: 1, b: 1 } } }],
        },
        { role: 'tool', content: '2' },
        { role: 'assistant', content: 'Two.' },
      ],
    });
    expect(cut(rendered, rendered.generation)).toEqual([
      '<tool_call>\n{"name": "add", "arguments": {"a": 1, "b": 1}}\n</tool_call><|im_end|>',
      'Two.<|im_end|>',
    ]);
    expect(cut(rendered, rendered.messages)[2]).toBe(
      '<|im_start|>user\n<tool_response>\n2\n</tool_response><|im_end|>\n',
    );
  });

  it.each(Object.entries(builtInTemplates))(
    '%s writes the tokens that it names and stops with its own',
    (name, builtIn) => {
      const template = resolveTemplate(name);
      const messages = twoTurns.messages.filter(
        ({ role }) => name === 'classic' || name.startsWith('llama') || role !== 'system',
      );
      const { text } = template.render({ messages });
      for (const token of builtIn.specialTokens) expect(text).toContain(token);
      expect(endOfTurn(template)).toBe(builtIn.endOfTurn);
    },
  );

  it.each(Object.keys(builtInTemplates))(
    '%s: the prompt for a turn is the beginning of that turn',
    (name) => {
      const template = resolveTemplate(name);
      const messages = twoTurns.messages.slice(1);
      const prompt = template.renderText({ messages: messages.slice(0, 3) }, { addGenerationPrompt: true });
      const { text, generation } = template.render({ messages });
      // Qwen 3: what stands between prompt and answer is an empty thought.
      const between = name === 'qwen3' ? '<think>\n\n</think>\n\n' : '';
      expect(text.slice(0, generation[1]!.start)).toBe(prompt + between);
    },
  );

  it('classic refuses tools, naming the place', () => {
    const refused = () => resolveTemplate('classic').render({ messages: [{ role: 'tool', content: '2' }] });
    expect(refused).toThrow(
      /expected messages of system, user or assistant.*got tool.*\(template "classic", line 2\d/,
    );
  });
});

describe('any conversation', () => {
  const content = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '<|im_end|>',
      '<|end|>\n<|assistant|>\n',
      ' \n',
      '\ue000m0\ue001',
      '{% generation %}',
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
  const withoutMarkers = (source: string): string => source.replace(/\{%-?\s*(end)?generation\s*-?%\}/g, '');
  const bareOf = (name: string, { source, variables = {} }: BuiltInTemplate): ChatTemplate =>
    ChatTemplate.fromSource(withoutMarkers(source), { name, specialTokens: variables });
  const named: [string, BuiltInTemplate][] = Object.entries(builtInTemplates);

  it.each(named.filter(([name]) => name === 'classic' || name === 'chatml'))(
    '%s: a span is content and end of turn, and marks leave no trace',
    (name, builtIn) => {
      const template = resolveTemplate(name);
      fc.assert(
        fc.property(anyOrder, (value) => {
          const rendered = template.render(value);
          const answers = value.messages.filter(({ role }) => role === 'assistant');
          expect(cut(rendered, rendered.generation)).toEqual(
            answers.map((answer) => `${answer.content}${builtIn.endOfTurn}`),
          );
          expect(rendered.text).toBe(bareOf(name, builtIn).renderText(value));
          expect(cut(rendered, rendered.messages).join('')).toBe(rendered.text);
          expect(rendered.messages.map(({ message }) => message)).toEqual(
            value.messages.map((_, index) => index),
          );
        }),
        { numRuns: 60 },
      );
    },
  );

  it.each(named)('%s: without its markers the same spans are found by rendering', (name, builtIn) => {
    const template = resolveTemplate(name);
    const bare = bareOf(name, builtIn);
    expect(bare.marksGeneration).toBe(false);
    fc.assert(
      fc.property(chat, (value) => {
        const { text, messages, generation } = template.render(value);
        const spans = generation.map(({ start, end, message }) => ({ start, end, message }));
        try {
          expect(bare.render(value)).toEqual({ text, messages, generation: spans });
        } catch (error) {
          // Its earlier turns end with another token than the last one.
          if (name !== 'gpt-oss' || !(error instanceof TemplateSpanError)) throw error;
        }
        for (const { start, end, parts } of generation) {
          expect(parts?.at(-1)?.kind).toBe('endOfTurn');
          expect(parts?.map((part) => text.slice(part.start, part.end)).join('')).toBe(
            text.slice(start, end),
          );
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('generation blocks', () => {
  const say = (content: string): Conversation => ({
    messages: [
      { role: 'user', content: 'q' },
      { role: 'assistant', content },
    ],
  });

  it('after the loop belongs to the last message', () => {
    const template = ChatTemplate.fromSource(
      `${loop('<a>{% generation %}{{ message.content }}{% endgeneration %}')}{% generation %}<eos>{% endgeneration %}`,
    );
    const rendered = template.render(say('yes'));
    expect(cut(rendered, rendered.generation)).toEqual(['yes', '<eos>']);
    expect(rendered.generation.map(({ message }) => message)).toEqual([1, 1]);
  });

  it('in a macro is marked where it stands, wherever the macro writes before it', () => {
    const template = ChatTemplate.fromSource(
      `{% macro turn(m) %}<a>{% generation %}{{ m.content }}<e>{% endgeneration %}{% endmacro %}${loop('{{ turn(message) }}')}`,
    );
    const rendered = template.render(say('yes'));
    expect(cut(rendered, rendered.generation)).toEqual(['yes<e>']);
    expect(rendered.generation[0]?.message).toBe(1);
  });

  it('is refused where the template trims or measures what the block wrote', () => {
    const template = ChatTemplate.fromSource(
      `{% macro turn(m) %}{% generation %}{{ m.content }} {% endgeneration %}{% endmacro %}${loop('{{ turn(message) | trim }}')}`,
    );
    expect(() => template.render(say('yes'))).toThrow(TemplateSpanError);
    expect(template.renderText(say('yes'))).toBe('<u>qyes');
  });
});

describe('what templates see', () => {
  it('is neither train nor weight', () => {
    const template = ChatTemplate.fromSource('{% for m in messages %}{{ m | tojson }}{% endfor %}');
    const message: Message = { role: 'user', content: 'a', name: 'Ann', train: false, weight: 3 };
    expect(template.renderText({ messages: [message] })).toBe(
      '{"role": "user", "content": "a", "name": "Ann"}',
    );
  });

  it('special tokens, given variables, and a clock that can be set', () => {
    const template = ChatTemplate.fromSource(
      '{{ bos_token }}{{ eos_token }}{{ thinking }}{{ strftime_now("%d %b %Y") }}',
      {
        specialTokens: { bos_token: '<s>', eos_token: '</s>' },
        now: () => new Date(2026, 0, 5),
      },
    );
    const variables = { eos_token: '<eos>', thinking: true };
    expect(template.renderText(twoTurns, { variables })).toBe('<s><eos>True05 Jan 2026');
  });

  it('a beginning-of-sequence token is no part of the first message', () => {
    const template = ChatTemplate.fromSource(
      '{% for m in messages %}{% if loop.first %}{{ bos_token }}{% endif %}[{{ m.content }}]{% endfor %}',
      {
        specialTokens: { bos_token: '<s>' },
      },
    );
    const rendered = template.render({ messages: [{ role: 'user', content: 'a' }] });
    expect(rendered.text).toBe('<s>[a]');
    expect(cut(rendered, rendered.messages)).toEqual(['[a]']);
  });
});

describe('what jinja2 does and the library does not', () => {
  const write = (source: string, content: string | null = 'a'): string =>
    ChatTemplate.fromSource(source).renderText({
      messages: [
        { role: 'user', content },
        { role: 'user', content: '' },
      ],
    });

  it('strips the characters that it is told to', () => {
    expect(write("{{ messages[0].content.lstrip('\\n') }}", '\n\n a \n')).toBe(' a \n');
    expect(write("{{ messages[0].content.rstrip('\\n x') }}", 'yx a \n')).toBe('yx a');
    expect(write("{{ messages[0].content.strip('🙂') }}", '🙂🙂a🙂')).toBe('a');
    expect(write('{{ messages[0].content.strip() }}', ' a\n')).toBe('a');
  });

  it('forgets what a loop sets from one iteration to the next', () => {
    const source =
      '{% for m in messages %}{% if loop.first %}{% set x = 1 %}{% endif %}[{{ x }}]{% endfor %}';
    expect(write(source)).toBe('[1][]');
    expect(write(`{% set x = 0 %}${source}`)).toBe('[1][0]');
  });

  it('writes booleans as Python does', () => {
    expect(write('{{ true }} {{ 1 == 2 }} {{ [true] | tojson }}')).toBe('True False [true]');
  });

  it('compares by value, as deep as it goes, and never text with numbers', () => {
    expect(
      write("{{ messages[0] == {'role': 'user', 'content': 'a'} }} {{ messages[0] in messages[1:] }}"),
    ).toBe('True False');
    expect(write("{{ '1' == 1 }} {{ 1 == true }} {{ none == missing }} {{ [1] in [[1]] }}")).toBe(
      'False True False True',
    );
  });

  it('iterates over text, keys and what is not there, and counts characters', () => {
    expect(
      write('{% for c in "a🙂" %}[{{ c }}]{% endfor %}{% for x in missing %}x{% else %}none{% endfor %}'),
    ).toBe('[a][🙂]none');
    expect(write('{% for k in messages[0] if k != "role" %}{{ loop.length }}{{ k }}{% endfor %}')).toBe(
      '1content',
    );
    expect(write('{{ "🙂" | length }}{{ missing | trim }}{{ messages[0] is iterable }}')).toBe('1True');
  });

  it('runs macros where they were declared, with defaults, names and any number of arguments', () => {
    const macros = '{% macro m(a, b="-") %}{{ a }}{{ b }}{{ x }}{% endmacro %}{% set x = "X" %}';
    expect(
      write(`${macros}{% for x in "y" %}{{ m(1) }}{{ m("p", b="q") }}{{ m(1) + m(2) }}{% endfor %}`),
    ).toBe('1-XpqX1-X2-X');
    expect(write('{% macro m() %}{{ varargs | length }}{{ kwargs.z }}{% endmacro %}{{ m(1, 2, z=3) }}')).toBe(
      '23',
    );
    expect(write('{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}in{% endcall %}')).toBe('[in]');
    expect(() => write(`${macros}{{ m(1, 2, 3) }}`)).toThrow(/macro m: expected at most 2 arguments, got 3/);
    expect(() => write(`${macros}{{ m(c=1) }}`)).toThrow(/macro m: expected one of a, b, got c/);
  });

  it('keeps break and continue', () => {
    expect(write('{% for m in messages %}{% if loop.first %}{% continue %}{% endif %}b{% endfor %}')).toBe(
      'b',
    );
    expect(write('{% for m in messages %}{% if not loop.first %}{% break %}{% endif %}b{% endfor %}')).toBe(
      'b',
    );
    expect(write('{% for m in messages %}a{% if loop.first %}{% continue %}{% endif %}b{% endfor %}')).toBe(
      'aab',
    );
    expect(
      write('{% for m in messages %}a{% for x in "xy" %}{{ x }}{% break %}{% endfor %}b{% endfor %}'),
    ).toBe('axbaxb');
  });

  it.each([
    ['text and a list', "{{ 'x' + messages }}", /\+: expected text beside text, got a list/],
    ['text and none', "{{ 'x' + messages[0].content }}", /expected text beside text, got none/],
    ['none', '{{ messages[0].content }}', /{{ }}: expected text, got none/],
    ['an object', '{{ messages[0] }}', /{{ }}: expected text, got an object/],
  ])('refuses to write %s', (_, source, message) => {
    expect(() => write(source, null)).toThrow(message);
  });
});

describe('failures say where', () => {
  it('raise_exception: the raising statement and the message', () => {
    const template = ChatTemplate.fromSource(
      "{% for m in messages %}\n  {% if m.role == 'tool' %}\n    {{ raise_exception('no tools') }}\n  {% endif %}\n{% endfor %}",
      { name: 'mine' },
    );
    const render = () =>
      template.renderText({
        messages: [
          { role: 'user', content: 'a' },
          { role: 'tool', content: 'b' },
        ],
      });
    expect(render).toThrow(
      'render: the template refuses this conversation: no tools (template "mine", line 3, column 5, message 1)',
    );
    expect(render).toThrow(
      expect.objectContaining({
        line: 3,
        column: 5,
        messageIndex: 1,
        excerpt: "3 |     {{ raise_exception('no tools') }}\n        ^",
      }),
    );
  });

  it('an operation on what is not there', () => {
    const template = ChatTemplate.fromSource('{{ messages[0].content }}\n{{ messages[0].thoughts + "x" }}');
    expect(() => template.renderText(twoTurns)).toThrow(TemplateRenderError);
    expect(() => template.renderText(twoTurns)).toThrow(expect.objectContaining({ line: 2, column: 1 }));
  });

  it('no messages', () => {
    expect(() => resolveTemplate('chatml').render({ messages: [] })).toThrow(ConversationError);
  });

  it('a template that would not end, or would write without end', () => {
    const loops = '{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}';
    expect(() => ChatTemplate.fromSource(loops).renderText(twoTurns)).toThrow(/steps, got none/);
    const grows =
      '{% set n = namespace(x="aaaaaaaa") %}{% for a in range(100) %}{% set n.x = n.x + n.x %}{% endfor %}';
    expect(() => ChatTemplate.fromSource(grows).renderText(twoTurns)).toThrow(
      /expected at most 16777216 characters/,
    );
    expect(() => ChatTemplate.fromSource('{{ range(10 ** 9) }}').renderText(twoTurns)).toThrow(
      /at most 100000 numbers/,
    );
    const calls = '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}';
    expect(() => ChatTemplate.fromSource(calls).renderText(twoTurns)).toThrow(TemplateRenderError);
  });
});
