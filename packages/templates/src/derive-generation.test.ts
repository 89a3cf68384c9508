import { describe, expect, it } from 'vitest';
import { ChatTemplate, type RenderOptions } from './chat-template.js';
import { endOfTurn } from './end-of-turn.js';
import { TemplateSpanError } from './errors.js';
import type { Message, RenderFinding } from './types.js';

const turns: readonly Message[] = [
  { role: 'user', content: 'a' },
  { role: 'assistant', content: 'b' },
  { role: 'user', content: 'c' },
  { role: 'assistant', content: 'd' },
];

/** A loop with one body for each kind of turn, and text after it. */
const template = (assistant: string, after = '{% if add_generation_prompt %}<a>{% endif %}'): ChatTemplate =>
  ChatTemplate.fromSource(
    `{% for m in messages %}{% if m.role == 'assistant' %}${assistant}{% else %}<u>{{ m.content }}</u>{% endif %}{% endfor %}${after}`,
    { specialTokens: { eos_token: '<eos>' } },
  );

const prompt = '{% if add_generation_prompt %}<assistant>{% endif %}';

const generated = (
  made: ChatTemplate,
  messages: readonly Message[] = turns,
  options: RenderOptions = {},
): string[] => {
  const { text, generation } = made.render({ messages }, options);
  return generation.map(({ start, end }) => text.slice(start, end));
};

const findings = (
  made: ChatTemplate,
  messages: readonly Message[] = turns,
): Omit<RenderFinding, 'problem'>[] => made.render({ messages }).findings.map(({ problem, ...rest }) => rest);

const call = (name: string, args: unknown = {}): unknown => ({ function: { name, arguments: args } });

describe('spans of a template without generation blocks', () => {
  it('are content and end of turn, without the header and the newline after', () => {
    expect(generated(template('<a>{{ m.content }}</a>\n'))).toEqual(['b</a>', 'd</a>']);
    expect(findings(template('<a>{{ m.content }}</a>\n'))).toEqual([]);
  });

  it('end with the token at which the model is known to stop, which is another one behind a call', () => {
    const made = template(
      '<a>{{ m.content }}{% if m.tool_calls %}<c>{{ m.tool_calls[0].function.name }}<|call|><|pad|>{% else %}<|end|>{% endif %}',
    );
    const messages: Message[] = [
      turns[0]!,
      { role: 'assistant', content: '', tool_calls: [call('f')] },
      { role: 'tool', content: '4' },
      { role: 'assistant', content: 'b' },
    ];
    const stopTokens = ['<|end|>', '<|call|>'];
    expect(generated(made, messages, { stopTokens })).toEqual(['<c>f<|call|>', 'b<|end|>']);
  });

  it('do not end with the header of another answer: a model is asked with it', () => {
    const made = ChatTemplate.fromSource(
      `{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}${prompt}`,
    );
    const messages: Message[] = [turns[0]!, { role: 'assistant', content: 'b' }, turns[3]!, turns[0]!];
    expect(generated(made, messages)).toEqual(['b', 'd<user>']);
    const [first, second] = findings(made, messages);
    expect(first).toEqual({ kind: 'end', message: 1 });
    expect(second).toEqual({ kind: 'end', message: 2, text: '<user>' });
    expect(() => generated(made, messages, { stopTokens: ['<user>'] })).toThrow(
      /the template writes "<assistant>" next, which is not among the model's stop tokens \(<user>\)/,
    );
  });

  it('have no end where a call is closed by nothing, and plain answers are', () => {
    const made = template(
      '<a>{% if m.tool_calls %}<c>{{ m.tool_calls[0].function.name }}{% else %}{{ m.content }}<|end|>{% endif %}',
    );
    const messages: Message[] = [
      turns[0]!,
      { role: 'assistant', content: '', tool_calls: [call('f')] },
      { role: 'tool', content: '4' },
      { role: 'assistant', content: 'b' },
    ];
    expect(generated(made, messages)).toEqual(['<c>f', 'b<|end|>']);
    expect(made.render({ messages }).findings).toEqual([
      {
        kind: 'end',
        message: 1,
        problem: 'the template ends this turn without "<|end|>", so its end is not learnt',
      },
    ]);
  });

  it('begin behind a header that is longer for later turns', () => {
    const made = template(
      '<a {{ loop.index }}>{{ m.content }}</a>',
      '{% if add_generation_prompt %}<a {{ messages | length + 1 }}>{% endif %}',
    );
    const messages = Array.from({ length: 12 }, (_, index) => turns[index % 2]!);
    expect(generated(made, messages)).toEqual(Array.from({ length: 6 }, () => 'b</a>'));
    expect(findings(made, messages)).toEqual([]);
  });

  it('need a few renderings of prefixes, though the template numbers its calls', () => {
    const source =
      "{{ strftime_now('%Y')[:0] }}{% set ns = namespace(calls=0) %}{% for m in messages %}{% if m.tool_calls %}{% set ns.calls = ns.calls + 1 %}<a>#{{ ns.calls }} {{ m.tool_calls[0].function.name }}</c>{% elif m.role == 'tool' %}<t>{{ m.content }}#{{ ns.calls }}</t>{% else %}<{{ m.role[0] }}>{{ m.content }}{% endif %}{% endfor %}{% if add_generation_prompt %}<a>{% endif %}";
    const renderings = (rounds: number): number => {
      let count = 0;
      const now = (): Date => {
        count += 1;
        return new Date(0);
      };
      const made = ChatTemplate.fromSource(source, { now });
      const round = [
        { role: 'assistant', content: '', tool_calls: [call('f')] },
        { role: 'tool', content: 'x' },
      ];
      const messages = [turns[0]!, ...Array.from({ length: rounds }, () => round).flat()];
      expect(generated(made, messages)[rounds - 1]).toMatch(/^#\d+ f/);
      return count;
    };
    expect(renderings(100)).toBe(renderings(20));
    expect(renderings(20)).toBeLessThan(12);
  });

  it('say where parts of a content come out as a list', () => {
    const parts = (...texts: string[]): Message['content'] => texts.map((text) => ({ type: 'text', text }));
    const messages: Message[] = [
      { role: 'user', content: parts('q') },
      { role: 'assistant', content: parts('a', 'b') },
    ];
    const [question, answer] = template('<a>{{ m.content | trim }}</a>').render({ messages }).findings;
    expect(question).toEqual({
      kind: 'content',
      message: 0,
      problem: `the template expects the content as text, and writes its parts as a list that begins with "[{'type': 't"`,
    });
    expect(answer).toMatchObject({ kind: 'content', message: 1 });
    expect(findings(template('<a>{{ m.content | tojson }}</a>'), messages).at(-1)).toEqual({
      kind: 'content',
      message: 1,
    });
    const marked = ChatTemplate.fromSource(
      '{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}',
    );
    expect(findings(marked, messages)).toHaveLength(2);
    const joined = ChatTemplate.fromSource(
      "{% for m in messages %}<{{ m.role }}>{{ m.content | map(attribute='text') | join }}</s>{% endfor %}",
    );
    expect(findings(joined, messages)).toEqual([]);
  });

  it('end as a plain answer does, whatever example is looked at first', () => {
    const made = template(
      '<a>{{ m.content }}{% if m.tool_calls %}<c>{{ m.tool_calls[0].function.name }}<|call|>{% else %}<|end|>{% endif %}',
    );
    const calling = [turns[0]!, { role: 'assistant', content: '', tool_calls: [call('f')] }];
    expect(endOfTurn(made, [{ messages: calling }])).toBe('<|end|>');
  });

  it('say so where the prompt has a header and the text has none', () => {
    const made = ChatTemplate.fromSource(
      `{% for m in messages %}{% if m.role == 'user' %}<user>{{ m.content }}{% else %}{{ '<assistant>' if loop.previtem.role == 'user' }}{{ m.content }}</a>{% endif %}{% endfor %}${prompt}`,
    );
    const messages: Message[] = [turns[0]!, { role: 'assistant', content: 'b' }, turns[3]!];
    expect(generated(made, messages)).toEqual(['b</a>', 'd</a>']);
    expect(findings(made, messages)).toEqual([
      { kind: 'prompt', message: 2, prompt: '<assistant>', text: '' },
    ]);
    const matched = made.matchingPrompts().render({ messages });
    expect(matched.text).toBe('<user>a<assistant>b</a><assistant>d</a>');
    expect(matched.findings).toEqual([]);
  });

  it('leave out a header inside, where a template writes text and calls as two turns', () => {
    const made = template(
      '<a>{{ m.content }}<|end|>\n{% if m.tool_calls %}<a><c>{{ m.tool_calls[0].function.name }}</c><|end|>\n{% endif %}',
    );
    const messages: Message[] = [turns[0]!, { role: 'assistant', content: 'b', tool_calls: [call('f')] }];
    expect(generated(made, messages)).toEqual(['b<|end|>', '<c>f</c><|end|>']);
    // A header that the model writes itself stands behind no end at which it stops.
    const channels = template(
      '<a>{% if m.thinking %}<t>{{ m.thinking }}<|next|><a>{% endif %}{{ m.content }}<|end|>',
    );
    const thinking = { role: 'assistant', content: 'b', thinking: 'hm' } as Message;
    expect(generated(channels, [turns[0]!, thinking])).toEqual(['<t>hm<|next|><a>b<|end|>']);
  });

  it('stop before a tool’s answer inside of the turn with the token that is known to stop the model', () => {
    const made = template(
      '<a>{% if m.tool_calls %}<c>{{ m.tool_calls[0].function.name }}</c><|answer|>{{ messages[loop.index].content }}</answer>{% endif %}{{ m.content }}<|end|>',
    );
    const messages: Message[] = [
      turns[0]!,
      { role: 'assistant', content: 'b', tool_calls: [call('f')] },
      { role: 'tool', content: '4' },
    ];
    const first = (stopTokens: string[]): string | undefined => generated(made, messages, { stopTokens })[0];
    expect(first(['<|end|>'])).toBe('<c>f</c>');
    expect(first(['<|end|>', '<|answer|>'])).toBe('<c>f</c><|answer|>');
  });

  it('end before a beginning of sequence that follows at once', () => {
    const made = ChatTemplate.fromSource(
      "{% for m in messages %}{% if m.role == 'user' %}[INST]{{ m.content }}[/INST]{% else %}{{ m.content }}</s><s>{% endif %}{% endfor %}",
      { specialTokens: { bos_token: '<s>' } },
    );
    expect(generated(made)).toEqual(['b</s>', 'd</s>']);
  });

  it('leave out what a tool answered, where a template writes it from the assistant’s own message', () => {
    const made = template(
      '<a>{{ m.content }}{% for r in m.tool_responses or [] %}<r>{{ r.response }}</r>{% endfor %}{{ m.reasoning_content }}</a>',
    );
    const answer = {
      role: 'assistant',
      content: 'b',
      tool_responses: [{ response: 'said by a tool' }],
      reasoning_content: 'and on',
    };
    expect(generated(made, [turns[0]!, answer]).join('')).not.toContain('said by a tool');
    expect(generated(made, [turns[0]!, answer]).at(-1)).toBe('and on</a>');
  });

  it('do not depend on what the content says', () => {
    const messages: Message[] = [
      { role: 'user', content: '<a>b</a>' },
      { role: 'assistant', content: '</a><a>\n</a>' },
      { role: 'user', content: '<a>' },
      { role: 'assistant', content: '<a>' },
    ];
    expect(generated(template('<a>{{ m.content }}</a>'), messages)).toEqual(['</a><a>\n</a></a>', '<a></a>']);
  });

  it('follow a template that trims, and one that does not', () => {
    const messages: Message[] = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: ' \n b \n' },
    ];
    expect(generated(template('<a>{{ m.content | trim }}</a>'), messages)).toEqual(['b</a>']);
    expect(generated(template('<a>{{ m.content }}</a>'), messages)).toEqual([' \n b \n</a>']);
  });

  it('hold whitespace of any kind at the head of an answer', () => {
    const after = '{% if add_generation_prompt %}<a>\n{% endif %}';
    for (const content of [' b', '\n\nb', '\u3000b', '\ufeffb', '\u00a0\u2003\u200bb']) {
      const messages = [turns[0]!, { role: 'assistant', content }];
      expect(generated(template('<a>\n{{ m.content }}</a>', after), messages)).toEqual([`${content}</a>`]);
    }
  });

  it('end with the turn, not with an end of sequence after the loop', () => {
    const made = template(
      '<a>{{ m.content }}</a>\n',
      '{% if add_generation_prompt %}<a>{% else %}{{ eos_token }}{% endif %}',
    );
    expect(generated(made)).toEqual(['b</a>', 'd</a>']);
    // What follows the end of the turn in it is not the model's to write.
    expect(generated(template('<a>{{ m.content }}</a> <z>'))).toEqual(['b</a>', 'd</a>']);
  });

  it('hold where the template rewrites earlier turns: thinking dropped, another end of the last turn', () => {
    const made = template(
      "<a>{{ m.content if loop.last else m.content.split('</think>')[-1] }}{{ '<eos>' if loop.last else '</a>' }}",
    );
    const messages = turns.map((message) => ({
      ...message,
      content: `<think>t</think>${message.content as string}`,
    }));
    expect(generated(made, messages)).toEqual(['b</a>', '<think>t</think>d<eos>']);
  });

  it('hold tool calls, also where the content is none', () => {
    const calling: Message[] = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: null, tool_calls: [call('add')] },
    ];
    const made = template(
      "<a>{{ m.content or '' }}{% for c in m.tool_calls or [] %}[{{ c.function.name }}]{% endfor %}</a>",
    );
    expect(generated(made, calling)).toEqual(['[add]</a>']);
  });

  it('read CRLF and lone CR in the source as jinja2 does', () => {
    const lines = [
      '{% for m in messages %}',
      '<{{ m.role }}>',
      '{{ m.content }}</a>',
      '{% endfor %}',
      '{% if add_generation_prompt %}',
      '<assistant>',
      '{% endif %}',
    ];
    const expected = '<user>\na</a>\n<assistant>\nb</a>\n<user>\nc</a>\n<assistant>\nd</a>\n';
    for (const end of ['\n', '\r\n', '\r']) {
      const made = ChatTemplate.fromSource(lines.join(end));
      expect(made.renderText({ messages: turns })).toBe(expected);
      expect(generated(made)).toEqual(['b</a>', 'd</a>']);
    }
  });
});

describe('spans of templates that do not write turn by turn', () => {
  it.each<[string, string]>([
    [
      'needs no header',
      "{% for m in messages %}{{ '<u>' if m.role == 'user' else ' ' }}{{ m.content }}</a>{% endfor %}",
    ],
    [
      'writes the prompt in the loop',
      `{% for m in messages %}<{{ m.role }}>{{ m.content }}</a>{% if loop.last and add_generation_prompt %}<assistant>{% endif %}{% endfor %}`,
    ],
    [
      'loops over numbers',
      `{% for i in range(messages | length) %}<{{ messages[i].role }}>\n{{ messages[i].content }}</a>\n{% endfor %}{% if add_generation_prompt %}<assistant>\n{% endif %}`,
    ],
    [
      'keeps the text and writes it after the loop',
      `{% set ns = namespace(text='') %}{% for m in messages %}{% set ns.text = ns.text + '<' + m.role + '>' + m.content + '</a>' %}{% endfor %}{{ ns.text }}${prompt}`,
    ],
    [
      'keeps the text in a list and joins it',
      `{% set ns = namespace(texts=[]) %}{% for m in messages %}{% set ns.texts = ns.texts + ['<' ~ m.role ~ '>' ~ m.content ~ '</a>\\n'] %}{% endfor %}{{ ns.texts | join('') }}${prompt}`,
    ],
    [
      'writes turns in macros',
      `{% macro turn(m) %}<{{ m.role }}>{{ m.content }}</a>{% endmacro %}{% for m in messages %}{{ turn(m) }}{% endfor %}${prompt}`,
    ],
    [
      'writes turns in a call block',
      `{% macro box(role) %}<{{ role }}>{{ caller() }}</a>{% endmacro %}{% for m in messages %}{% call box(m.role) %}{{ m.content }}{% endcall %}{% endfor %}${prompt}`,
    ],
    [
      'trims captured blocks',
      `{% for m in messages %}{% set turn %}\n  <{{ m.role }}>{{ m.content }}</a>\n{% endset %}{{ turn | trim }}{% endfor %}${prompt}`,
    ],
  ])('%s', (_, source) => {
    const made = ChatTemplate.fromSource(source);
    const [first, second] = generated(made).map((span) => span.trimStart());
    expect([first, second]).toEqual(['b</a>', 'd</a>']);
    expect(made.render({ messages: turns }).findings).toEqual([]);
    expect(endOfTurn(made)).toBe('</a>');
  });

  it('the next header is in no span where the loop is over numbers', () => {
    const made = ChatTemplate.fromSource(
      '{% for i in range(messages | length) %}<|start|>{{ messages[i].role }}<|end|>{{ messages[i].content }}<|eot|>{% endfor %}' +
        '{% if add_generation_prompt %}<|start|>assistant<|end|>{% endif %}',
    );
    expect(generated(made)).toEqual(['b<|eot|>', 'd<|eot|>']);
    const joined = ChatTemplate.fromSource(
      "{% for m in messages | batch(2) %}{{ m | map(attribute='content') | join('</t><t>') }}</t>{% endfor %}{% if add_generation_prompt %}<t>{% endif %}",
    );
    expect(generated(joined)).toEqual(['b</t>', 'd</t>']);
  });

  it('upper around a captured block: the characters are still the assistant’s', () => {
    const made = template('<a>{% set x %}{{ m.content }}{% endset %}{{ x | upper }}</a>');
    expect(generated(made)).toEqual(['B</a>', 'D</a>']);
    expect(generated(template('<a>{% filter upper %}{{ m.content }}{% endfilter %}</a>'))).toEqual([
      'B</a>',
      'D</a>',
    ]);
  });

  it('calls that are written behind the loop belong to the turn whose calls they are', () => {
    const made = ChatTemplate.fromSource(
      "{% for m in messages %}{% if m.role == 'assistant' %}<a>{{ m.content }}{% else %}<u>{{ m.content }}</u>{% endif %}{% endfor %}" +
        '{% for c in messages[-1].tool_calls or [] %}<call>{{ c.function.name }}</call>{% endfor %}' +
        '{{ "<a>" if add_generation_prompt else "</a>" }}',
    );
    const messages = [turns[0]!, { role: 'assistant', content: 'b', tool_calls: [call('add')] }];
    expect(generated(made, messages)).toEqual(['b<call>add</call></a>']);
  });
});

describe('an empty thought', () => {
  const closed = (opened: string): string =>
    `{% if add_generation_prompt %}<a>{% if thinking is false %}${opened}{% endif %}{% endif %}`;

  it('is never in a span, whatever the prompt says of it', () => {
    const empty = template(
      "<a>{{ '<think>\n\n</think>\n\n' + m.content }}</a>",
      closed('<think>\n\n</think>\n\n'),
    );
    for (const thinking of [false, true]) {
      expect(generated(empty, turns, { variables: { thinking } })).toEqual(['b</a>', 'd</a>']);
    }
  });

  it('is never in a span beside a field for thoughts, before a call, or where the prompt opens it', () => {
    const written =
      "<a>{{ '<think>\n\n</think>\n\n' + m.content }}{% for c in m.tool_calls or [] %}[{{ c.name }}]{% endfor %}</a>";
    const messages = [
      ...turns.map((message) => ({ ...message, reasoning_content: '' })),
      { role: 'assistant', content: 'e', tool_calls: [{ name: 'add' }] },
    ];
    const said = ['b</a>', 'd</a>', 'e[add]</a>'];
    expect(generated(template(written), messages)).toEqual(said);
    const whole = '{% if add_generation_prompt %}<a><think>\n\n</think>\n\n{% endif %}';
    expect(generated(template(written, whole), messages)).toEqual(said);
    const open = '{% if add_generation_prompt %}<a><think>\n{% endif %}';
    expect(generated(template(written, open), messages)).toEqual(said);
    expect(findings(template(written, open))).toEqual([
      { kind: 'prompt', message: 1, prompt: '<a><think>\n', text: '<a><think>\n\n</think>\n\n' },
      { kind: 'prompt', message: 3, prompt: '<a><think>\n', text: '<a><think>\n\n</think>\n\n' },
    ]);
  });

  it('of the assistant’s own is learnt: it was said', () => {
    const messages = [turns[0]!, { role: 'assistant', content: '<think>\n\n</think>\n\nb' }];
    expect(generated(template('<a>{{ m.content }}</a>'), messages)).toEqual(['<think>\n\n</think>\n\nb</a>']);
    const parts = [
      turns[0]!,
      { role: 'assistant', content: [{ type: 'text', text: '<think>\n\n</think>\n\nb' }] },
    ];
    const written = '<a>{% for p in m.content %}{{ p.text }}{% endfor %}</a>';
    expect(generated(template(written), [{ role: 'user', content: 'a' }, parts[1]!])).toEqual([
      '<think>\n\n</think>\n\nb</a>',
    ]);
  });
});

describe('a prompt that is not what stands before the answer', () => {
  it('goes on where the turn does not', () => {
    const made = template('<a>{{ m.content }}</a>', '{% if add_generation_prompt %}<a><think>\n{% endif %}');
    expect(generated(made)).toEqual(['b</a>', 'd</a>']);
    expect(findings(made)).toEqual([
      { kind: 'prompt', message: 1, prompt: '<a><think>\n', text: '<a>' },
      { kind: 'prompt', message: 3, prompt: '<a><think>\n', text: '<a>' },
    ]);
    expect(made.render({ messages: turns }).findings[0]?.problem).toMatch(
      /^the prompt for this answer goes on where the text does not: the model is asked with "<a><think>\\n"/,
    );
  });

  it('closes a thought that the turn does not have', () => {
    const after = '{% if add_generation_prompt %}<a><think>\n\n</think>\n\n{% endif %}';
    const made = template('<a>{{ m.content }}</a>', after);
    expect(generated(made)).toEqual(['b</a>', 'd</a>']);
    expect(findings(made)[0]).toEqual({
      kind: 'prompt',
      message: 1,
      prompt: '<a><think>\n\n</think>\n\n',
      text: '<a>',
    });
  });

  it('lacks the header', () => {
    const made = template('<a>{{ m.content }}</a>', '');
    expect(generated(made)).toEqual(['b</a>', 'd</a>']);
    expect(findings(made)).toEqual([
      { kind: 'prompt', message: 1, prompt: '', text: '<a>' },
      { kind: 'prompt', message: 3, prompt: '', text: '<a>' },
    ]);
    expect(made.render({ messages: turns }).findings[0]?.problem).toContain('lacks its header "<a>"');
  });

  it('has another header', () => {
    const made = template('<b>{{ m.content }}</a>');
    expect(generated(made)).toEqual(['b</a>', 'd</a>']);
    expect(findings(made)[0]).toEqual({ kind: 'prompt', message: 1, prompt: '<a>', text: '<b>' });
  });

  it('parts from the turn between words and control tokens, not inside of one', () => {
    const after = '{% if add_generation_prompt %}<a><think_hard>{% endif %}';
    const made = template('<a><think_not>{{ m.content }}</a>', after);
    expect(generated(made)).toEqual(['<think_not>b</a>', '<think_not>d</a>']);
  });
});

describe('a turn without an end', () => {
  const made = template('<a>{{ m.content }}\n');

  it('ends with the next header’s token, which is appended behind the last turn', () => {
    expect(generated(made)).toEqual(['b\n<u>', 'd\n<u>']);
    expect(made.renderText({ messages: turns })).toBe('<u>a</u><a>b\n<u>c</u><a>d\n');
    const { text, findings: found } = made.render({ messages: turns });
    expect(text).toBe('<u>a</u><a>b\n<u>c</u><a>d\n<u>');
    expect(found).toEqual([
      {
        kind: 'end',
        message: 1,
        problem:
          'the template ends no turn itself; the model stops at "<u>", which the template writes next: it is learnt as the end of the turn',
        text: '<u>',
      },
      {
        kind: 'end',
        message: 3,
        problem:
          'the template ends no turn itself; the model stops at "<u>", which the template writes next: it is appended to the text, and learnt',
        text: '<u>',
      },
    ]);
    expect(endOfTurn(made)).toBe('<u>');
  });

  it('is refused where the model does not stop at that token', () => {
    const stops = (stopTokens: readonly string[]) => () => generated(made, turns, { stopTokens });
    expect(stops(['</s>', '<u>'])()).toEqual(['b\n<u>', 'd\n<u>']);
    expect(stops(['</s>'])).toThrow(TemplateSpanError);
    expect(stops(['</s>', '<x>'])).toThrow(
      /expected a token that ends the turn, got none: the template writes "<u>" next, which is not among the model's stop tokens \(<\/s> <x>\); add it to eos_token_id in generation_config\.json.*message 1/,
    );
    expect(stops([])).toThrow(/stop tokens \(none\)/);
  });

  it('is refused where the template never writes a token', () => {
    const bare = ChatTemplate.fromSource(
      '{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}',
    );
    expect(() => generated(bare)).toThrow(TemplateSpanError);
    expect(() => generated(bare)).toThrow(/expected a token that ends the turn, got none.*message 1/);
  });
});

describe('tools', () => {
  const caller = (answer: string): Message[] => [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'Let me see.', tool_calls: [call('f')] },
    { role: 'tool', content: 'SECRET' },
    { role: 'assistant', content: answer },
  ];

  it('a result inside of the assistant’s turn is cut out of the span', () => {
    const made = ChatTemplate.fromSource(
      "{%- for m in messages -%}{%- if m.role == 'user' -%}<|user|>{{ m.content }}<|end|>" +
        "{%- elif m.role == 'assistant' -%}<|assistant|>{%- for c in m.tool_calls or [] -%}<call>{{ c.function.name }}</call><result>{{ messages[-2].content }}</result>{%- endfor -%}{{ m.content }}<|end|>{%- endif -%}" +
        '{%- endfor -%}{%- if add_generation_prompt -%}<|assistant|>{%- endif -%}',
    );
    expect(generated(made, caller('b'))).toEqual(['<call>f</call>', 'Let me see.<|end|>', 'b<|end|>']);
  });
});
