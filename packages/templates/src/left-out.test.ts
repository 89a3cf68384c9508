import { describe, expect, it } from 'vitest';
import { ChatTemplate } from './chat-template.js';
import { TemplateSpanError } from './errors.js';
import type { Message, RenderFinding } from './types.js';

const turns: readonly Message[] = [
  { role: 'user', content: 'a' },
  { role: 'assistant', content: 'b' },
  { role: 'user', content: 'c' },
  { role: 'assistant', content: 'd' },
];

/** A loop with one body for each kind of turn. */
const template = (assistant: string): ChatTemplate =>
  ChatTemplate.fromSource(
    `{% for m in messages %}{% if m.role == 'assistant' %}${assistant}{% else %}<u>{{ m.content }}</u>{% endif %}{% endfor %}{% if add_generation_prompt %}<a>{% endif %}`,
  );

const generated = (made: ChatTemplate, messages: readonly Message[] = turns): string[] => {
  const { text, generation } = made.render({ messages });
  return generation.map(({ start, end }) => text.slice(start, end));
};

const findings = (made: ChatTemplate, messages: readonly Message[]): Omit<RenderFinding, 'problem'>[] =>
  made.render({ messages }).findings.map(({ problem, ...rest }) => rest);

const call = (name: string, args: unknown = {}): unknown => ({ function: { name, arguments: args } });

describe('what a turn says and its template leaves out', () => {
  it('a call that the template drops is refused, though the content holds its name', () => {
    const made = template('<a>{{ m.content }}</a>');
    const messages = [turns[0]!, { role: 'assistant', content: 'I add them', tool_calls: [call('add')] }];
    expect(() => generated(made, messages)).toThrow(TemplateSpanError);
    expect(() => generated(made, messages)).toThrow(
      /expected the call of "add" in the turn, got a template that leaves it out.*message 1/,
    );
  });

  it('an answer that the template cuts short is refused', () => {
    const messages = [turns[0]!, { role: 'assistant', content: 'long answer' }];
    for (const cut of ['[:4]', '[1:]', "[:4] + '…' + m.content[6:]"]) {
      expect(() => generated(template(`<a>{{ m.content${cut} }}</a>`), messages)).toThrow(
        /expected the content in the turn, got a template that leaves it out/,
      );
    }
    expect(generated(template('<a>{{ m.content[:4] + m.content[4:] }}</a>'), messages)).toEqual([
      'long answer</a>',
    ]);
  });

  it('an argument that the template drops is a finding', () => {
    const made = template(
      '<a>{% for c in m.tool_calls or [] %}[{{ c.function.name }} {{ c.function.arguments.x }}]{% endfor %}{{ m.content }}</a>',
    );
    const messages = (args: unknown): Message[] => [
      turns[0]!,
      { role: 'assistant', content: '', tool_calls: [call('add', args)] },
    ];
    expect(generated(made, messages({ x: 'one' }))).toEqual(['[add one]</a>']);
    const { findings: found, generation } = made.render({ messages: messages({ x: 'one', y: ['two'] }) });
    expect(generation).toHaveLength(1);
    expect(found).toEqual([
      {
        kind: 'left-out',
        message: 1,
        problem: 'the template leaves out "two", an argument of the call of "add"',
      },
    ]);
  });

  it('text beside a call that the template drops is a finding, half of it is refused, thoughts are nothing', () => {
    const made = template(
      "<a>{% if m.tool_calls %}[{{ m.tool_calls[0].function.name }}]{% else %}{{ m.content.split('</think>')[-1] }}{% endif %}</a>",
    );
    const messages = [turns[0]!, { role: 'assistant', content: 'text', tool_calls: [call('add')] }];
    expect(generated(made, messages)).toEqual(['[add]</a>']);
    const problem = 'the template leaves out the content beside the call';
    expect(made.render({ messages }).findings).toEqual([{ kind: 'left-out', message: 1, problem }]);
    const half = template(
      '<a>{{ m.content[:2] }}{% for c in m.tool_calls or [] %}[{{ c.function.name }}]{% endfor %}</a>',
    );
    expect(() => generated(half, messages)).toThrow(/expected the whole content beside the call in the turn/);
    const thinking = [turns[0]!, { role: 'assistant', content: '<think>t</think>b' }];
    expect(generated(made, thinking)).toEqual(['b</a>']);
  });
});

describe('a template that leaves out', () => {
  it.each<[string, ChatTemplate, RegExp]>([
    [
      'the content',
      template("<a>{{ 'x' }}</a>"),
      /expected the content in the turn, got a template that leaves it out/,
    ],
    ['the turn', template(''), /expected the content in the turn/],
    ['half of the content', template('<a>{{ m.content[1:] }}</a>'), /expected the content in the turn/],
  ])('%s: refused, and still rendered as text', (_, made, message) => {
    expect(() => generated(made)).toThrow(TemplateSpanError);
    expect(() => generated(made)).toThrow(message);
    expect(made.renderText({ messages: turns })).not.toBe('');
  });

  it('a turn with nothing in it: a finding, and no span', () => {
    const made = template('{% if m.content %}<a>{{ m.content }}</a>{% endif %}');
    const messages = [turns[0]!, { role: 'assistant', content: '' }, ...turns.slice(2)];
    expect(generated(made, messages)).toEqual(['d</a>']);
    expect(findings(made, messages)).toEqual([{ kind: 'end', message: 1 }]);
  });
});
