import { describe, expect, it } from 'vitest';
import { ChatTemplate } from './chat-template.js';
import { endOfTurn } from './end-of-turn.js';
import { TemplateSpanError } from './errors.js';
import type { Conversation, Message } from './types.js';

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

const generated = (made: ChatTemplate, messages: readonly Message[] = turns, variables = {}): string[] => {
  const { text, generation } = made.render({ messages }, { variables });
  return generation.map(({ start, end }) => text.slice(start, end));
};

describe('spans of a template without generation blocks', () => {
  it('are content and end of turn, without the header and the newline after', () => {
    expect(generated(template('<a>{{ m.content }}</a>\n'))).toEqual(['b</a>', 'd</a>']);
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

  it('end with the turn, not with an end of sequence after the loop', () => {
    const made = template(
      '<a>{{ m.content }}</a>\n',
      '{% if add_generation_prompt %}<a>{% else %}{{ eos_token }}{% endif %}',
    );
    expect(generated(made)).toEqual(['b</a>', 'd</a>']);
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

  it('hold where the prompt closes a thought that the turn does not have, and never hold an empty thought', () => {
    const prompt =
      '{% if add_generation_prompt %}<a>{% if thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}';
    const plain = template('<a>{{ m.content }}</a>', prompt);
    expect(generated(plain, turns, { thinking: false })).toEqual(['b</a>', 'd</a>']);
    const empty = template("<a>{{ '<think>\n\n</think>\n\n' + m.content }}</a>", prompt);
    expect(generated(empty, turns, { thinking: false })).toEqual(['b</a>', 'd</a>']);
    expect(generated(empty, turns, { thinking: true })).toEqual(['b</a>', 'd</a>']);
  });

  it('never hold an empty thought, also beside a field for thoughts, before a call, or where the prompt opens it', () => {
    const written =
      "<a>{{ '<think>\n\n</think>\n\n' + m.content }}{% for c in m.tool_calls or [] %}[{{ c.name }}]{% endfor %}</a>";
    const messages = [
      ...turns.map((message) => ({ ...message, reasoning_content: '' })),
      { role: 'assistant', content: 'e', tool_calls: [{ name: 'add' }] },
    ];
    const said = ['b</a>', 'd</a>', 'e[add]</a>'];
    expect(generated(template(written), messages)).toEqual(said);
    const closed = '{% if add_generation_prompt %}<a><think>\n\n</think>\n\n{% endif %}';
    expect(generated(template(written, closed), messages)).toEqual(said);
    const open = '{% if add_generation_prompt %}<a><think>\n{% endif %}';
    expect(generated(template(written, open), messages)).toEqual(said);
  });

  it('hold where the turn needs no header, and where the loop writes the prompt', () => {
    expect(generated(template(' {{ m.content }}</a>', ''))).toEqual([' b</a>', ' d</a>']);
    const inside = ChatTemplate.fromSource(
      '{% for m in messages %}<{{ m.role }}>{{ m.content }}<end>{% if loop.last and add_generation_prompt %}<assistant>{% endif %}{% endfor %}',
    );
    expect(generated(inside)).toEqual(['b<end>', 'd<end>']);
    expect(endOfTurn(inside)).toBe('<end>');
  });

  it('hold for tool calls', () => {
    const calling: Message[] = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: null, tool_calls: [{ function: { name: 'add' } }] },
    ];
    const made = template(
      "<a>{{ m.content or '' }}{% for c in m.tool_calls or [] %}[{{ c.function.name }}]{% endfor %}</a>",
    );
    expect(generated(made, calling)).toEqual(['[add]</a>']);
    expect(() => generated(template("<a>{{ m.content or '' }}</a>"), calling)).toThrow(
      /expected the call of "add" in the turn, got a template that leaves it out.*message 1/,
    );
  });

  it.each<[string, ChatTemplate, RegExp]>([
    [
      'no end of turn',
      template('<a>{{ m.content }}\n'),
      /expected one token after the assistant's content, got none.*message 1/,
    ],
    ['two candidates', template('<a>{{ m.content }}</a> <u>'), /got "<\/a> <u>"/],
    [
      'a prompt that is no beginning of the turn',
      template('<b>{{ m.content }}</a>'),
      /expected the turn to begin with its generation prompt "<a>", got "<b>".*put {% generation %}/,
    ],
    [
      'a header without a prompt',
      template('<a>{{ m.content }}</a>', ''),
      /expected a generation prompt, got none while the turn begins with "<a>"/,
    ],
    ['content left out', template("<a>{{ 'x' }}</a>"), /expected .*content/],
    [
      'no loop over messages',
      ChatTemplate.fromSource(
        '{% for i in range(messages | length) %}<a>{{ messages[i].content }}</a>{% endfor %}',
      ),
      /expected one stretch of text for an assistant turn, got none/,
    ],
  ])('are refused with %s', (_, made, message) => {
    expect(() => generated(made)).toThrow(TemplateSpanError);
    expect(() => generated(made)).toThrow(message);
    expect(made.renderText({ messages: turns })).not.toBe('');
  });
});

describe('where messages stand', () => {
  const stands = (source: string, conversation: Conversation): string[] => {
    const { text, messages } = ChatTemplate.fromSource(source, {
      specialTokens: { bos_token: '<s>' },
    }).render(conversation);
    return messages.map(({ start, end, message, role }) => `${message} ${role}: ${text.slice(start, end)}`);
  };
  const withSystem: Conversation = {
    messages: [
      { role: 'system', content: 'S' },
      { role: 'user', content: 'U' },
    ],
  };

  it('a system prompt pulled out of the loop has its header', () => {
    const source =
      '{{ bos_token }}<sys>{{ messages[0].content | trim }}</sys>{% for m in messages[1:] %}<u>{{ m.content }}</u>{% endfor %}';
    expect(stands(source, withSystem)).toEqual(['0 system: <sys>S</sys>', '1 user: <u>U</u>']);
  });

  it('a system prompt folded into a turn is its own content, the rest of the turn the other one’s', () => {
    const source =
      '{% set first = messages[0].content %}{% for m in messages[1:] %}<u>{{ first if loop.first }}{{ m.content }}</u>{% endfor %}';
    expect(stands(source, withSystem)).toEqual(['0 system: S', '1 user: U</u>']);
  });

  it('a message that the template leaves out stands nowhere', () => {
    const source =
      "{% for m in messages %}{% if m.role == 'user' %}<u>{{ m.content }}</u>{% endif %}{% endfor %}";
    expect(stands(source, withSystem)).toEqual(['1 user: <u>U</u>']);
  });
});
