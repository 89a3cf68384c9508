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

const say = (content: string): Conversation => ({
  messages: [
    { role: 'user', content: 'q' },
    { role: 'assistant', content },
  ],
});

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

  it.each(Object.entries<BuiltInTemplate>(builtInTemplates))(
    '%s writes the tokens that it names and stops with its own',
    (name, builtIn) => {
      const template = resolveTemplate(name);
      const messages = twoTurns.messages.filter(
        ({ role }) => name === 'classic' || name.startsWith('llama') || role !== 'system',
      );
      const { text } = template.render({ messages });
      for (const token of builtIn.specialTokens) expect(text).toContain(token);
      expect(template.controlTokens).toEqual(builtIn.specialTokens);
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

  it('classic refuses tools and names the place', () => {
    const refused = () => resolveTemplate('classic').render({ messages: [{ role: 'tool', content: '2' }] });
    expect(refused).toThrow(TemplateRenderError);
    expect(refused).toThrow(
      /expected messages of system, user or assistant.*got tool.*\(template "classic", line 2\d/,
    );
  });
});

describe('generation blocks', () => {
  it('after the loop belong to the last message', () => {
    const template = ChatTemplate.fromSource(
      `${loop('<a>{% generation %}{{ message.content }}{% endgeneration %}')}{% generation %}<eos>{% endgeneration %}`,
    );
    const rendered = template.render(say('yes'));
    expect(cut(rendered, rendered.generation)).toEqual(['yes', '<eos>']);
    expect(rendered.generation.map(({ message }) => message)).toEqual([1, 1]);
  });

  it('before any loop are refused', () => {
    const template = ChatTemplate.fromSource(`{% generation %}<eos>{% endgeneration %}${loop('')}`);
    expect(() => template.render(say('yes'))).toThrow(TemplateSpanError);
    expect(() => template.render(say('yes'))).toThrow(
      /expected each generation block after or inside a loop/,
    );
  });

  it('in a macro are marked where they stand, wherever the macro writes before them', () => {
    const template = ChatTemplate.fromSource(
      `{% macro turn(m) %}<a>{% generation %}{{ m.content }}<e>{% endgeneration %}{% endmacro %}${loop('{{ turn(message) }}')}`,
    );
    const rendered = template.render(say('yes'));
    expect(cut(rendered, rendered.generation)).toEqual(['yes<e>']);
    expect(rendered.generation[0]?.message).toBe(1);
  });

  it('whose text the template trims afterwards hold what is left', () => {
    const template = ChatTemplate.fromSource(
      `{% macro turn(m) %}{% generation %}{{ m.content }} {% endgeneration %}{% endmacro %}${loop('{{ turn(message) | trim }}')}`,
    );
    const rendered = template.render(say('yes'));
    expect(rendered.text).toBe('<u>qyes');
    expect(cut(rendered, rendered.generation)).toEqual(['yes']);
  });

  it('hold nothing of what another message says inside of them', () => {
    const template = ChatTemplate.fromSource(
      loop(
        '<a>{% generation %}{# toolCall #}[call]{{ messages[0].content }}[end]{{ message.content }}{% endgeneration %}',
      ),
    );
    const rendered = template.render(say('yes'));
    expect(cut(rendered, rendered.generation)).toEqual(['[call]', '[end]yes']);
    expect(rendered.generation.map(({ parts }) => parts && cut(rendered, parts))).toEqual([
      ['[call]'],
      ['[end]yes'],
    ]);
  });
});

describe('sources', () => {
  it('say of which message, which field, and where in it each character was', () => {
    const template = ChatTemplate.fromSource(
      `${loop('{{ message.content[1:] | trim }}/{{ message.tool_calls[0].function.arguments | tojson }}')}{{ tools[0].name }}`,
    );
    const { text, sources } = template.renderSources({
      messages: [
        { role: 'user', content: 'ab' },
        {
          role: 'assistant',
          content: 'x yes ',
          tool_calls: [{ function: { name: 'f', arguments: { a: 'q"' } } }],
        },
      ],
      tools: [{ name: 'f' }],
    });
    expect(text).toBe('<u>abyes/{"a": "q\\""}f');
    expect(sources.map(({ start, end, ...rest }) => [text.slice(start, end), rest])).toEqual([
      ['ab', { message: 0, field: 'content', path: '', from: 0 }],
      ['yes', { message: 1, field: 'content', path: '', from: 2 }],
      ['{"', { message: 1, field: 'tool_calls', path: '[0].function.arguments', from: -1 }],
      ['a', { message: 1, field: 'tool_calls', path: '[0].function.arguments.a{key}', from: 0 }],
      ['": "', { message: 1, field: 'tool_calls', path: '[0].function.arguments', from: -1 }],
      ['q', { message: 1, field: 'tool_calls', path: '[0].function.arguments.a', from: 0 }],
      ['\\"', { message: 1, field: 'tool_calls', path: '[0].function.arguments.a', from: -1 }],
      ['"}', { message: 1, field: 'tool_calls', path: '[0].function.arguments', from: -1 }],
      ['f', { message: -1, field: 'tools', path: '[0].name', from: 0 }],
    ]);
  });

  it('are not told of roles: a template makes headers of them', () => {
    const template = ChatTemplate.fromSource('{% for m in messages %}{{ m.role }}{% endfor %}');
    expect(template.renderSources(twoTurns).sources).toEqual([]);
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
      { specialTokens: { bos_token: '<s>' } },
    );
    const rendered = template.render({ messages: [{ role: 'user', content: 'a' }] });
    expect(rendered.text).toBe('<s>[a]');
    expect(cut(rendered, rendered.messages)).toEqual(['[a]']);
  });
});

describe('a tokenizer configuration with several templates', () => {
  const of = (text: string): string => `${text}${loop('<a>{{ message.content }}</a>')}`;
  const config = {
    bos_token: '<s>',
    chat_template: [
      { name: 'default', template: of('D{{ bos_token }}') },
      { name: 'tool_use', template: of('T{{ bos_token }}') },
      { name: 'rag', template: of('R') },
    ],
  };
  const plain = say('yes');
  const withTools = { ...plain, tools: [{ type: 'function', function: { name: 'f' } }] };

  it('renders conversations with tools with tool_use, and others with default', () => {
    const template = ChatTemplate.fromTokenizerConfig(config);
    expect(template.renderText(plain)).toBe('D<s><u>q<a>yes</a>');
    expect(template.renderText(withTools)).toBe('T<s><u>q<a>yes</a>');
    expect(template.render(withTools).text).toBe('T<s><u>q<a>yes</a>');
    expect(template.renderSources(withTools).text).toBe('T<s><u>q<a>yes</a>');
    expect(template.chosenFor(plain)).toBe(template);
    expect(template.chosenFor(withTools).name).toBe('default (tool_use)');
  });

  it('renders everything with the one that is named', () => {
    const template = ChatTemplate.fromTokenizerConfig(config, { name: 'rag' });
    expect(template.renderText(withTools)).toBe('R<u>q<a>yes</a>');
    expect(ChatTemplate.fromTokenizerConfig(config, { name: 'default' }).renderText(withTools)).toMatch(/^D/);
  });

  it('names the template of tools in its errors', () => {
    const broken = [config.chat_template[0], { name: 'tool_use', template: '{{ messages + "x" }}' }];
    const template = ChatTemplate.fromTokenizerConfig({ ...config, chat_template: broken });
    expect(() => template.renderText(withTools)).toThrow(/template "default \(tool_use\)", line 1, column 1/);
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
});
