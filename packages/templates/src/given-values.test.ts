import { describe, expect, test } from 'vitest';
import { ChatTemplate } from './chat-template.js';
import type { Conversation, Message } from './types.js';

const messages: readonly Message[] = [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Yes.' },
];
const written = (source: string, conversation: Partial<Conversation> = {}): string =>
  ChatTemplate.fromSource(source).renderText({ messages, ...conversation });

describe('values as JSON has them', () => {
  const values: readonly (readonly [unknown, string, string])[] = [
    [8, '8', '8'],
    [Object(8), '8.0', '8.0'],
    [Object(-0), '-0.0', '-0.0'],
    [Object(1e22), '1e+22', '1e+22'],
    [0.5, '0.5', '0.5'],
    [9007199254740993n, '9007199254740993', '9007199254740993'],
    [
      new Map<string, unknown>([
        ['b', 1],
        ['1', Object(2)],
        ['__proto__', null],
      ]),
      '{"b": 1, "1": 2.0, "__proto__": null}',
      "{'b': 1, '1': 2.0, '__proto__': None}",
    ],
  ];

  test.each(values)('%s in tools and calls', (value, json, text) => {
    const call = { type: 'function', function: { name: 'f', arguments: { x: value } } };
    const conversation = {
      messages: [...messages, { role: 'assistant', content: null, tool_calls: [call] }],
      tools: [value],
    };
    expect(written('{{ tools[0] | tojson }}', conversation)).toBe(json);
    expect(written('{{ messages[2].tool_calls[0].function.arguments.x | tojson }}', conversation)).toBe(json);
    expect(written('{{ tools[0] }}', conversation)).toBe(text);
  });

  test('an argument inside of a map that is not written is said', () => {
    const inner = new Map([
      ['b', 'Oslo'],
      ['1', 'Bergen'],
    ]);
    const call = { type: 'function', function: { name: 'go', arguments: { route: inner } } };
    const turn = (what: string): string =>
      `{% for m in messages %}<|${'{{ m.role }}'}|>{{ m.content or '' }}{% for c in m.tool_calls or [] %}{{ c.function.name }} {{ ${what} }}{% endfor %}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}`;
    const findings = (what: string) =>
      ChatTemplate.fromSource(turn(what)).render({
        messages: [messages[0]!, { role: 'assistant', content: null, tool_calls: [call] }],
      }).findings;
    expect(findings('c.function.arguments | tojson')).toEqual([]);
    expect(findings("c.function.arguments.route['b']")).toMatchObject([
      { kind: 'left-out', problem: expect.stringContaining('"Bergen"') },
    ]);
  });
});

describe('what a conversation brings beside its messages', () => {
  const source =
    '{% for d in documents or [] %}[{{ d.title }}]{% endfor %}{% if enable_thinking is defined %}{{ enable_thinking }}{% endif %}{{ bos_token }}';
  const template = ChatTemplate.fromSource(source, { specialTokens: { bos_token: '<s>' } });

  test('documents and variables reach the template', () => {
    const documents = [{ title: 'Rhone', text: 'A river.' }];
    expect(template.renderText({ messages, documents, variables: { enable_thinking: false } })).toBe(
      '[Rhone]False<s>',
    );
  });

  test('and no other conversation', () => {
    expect(template.renderText({ messages, variables: { enable_thinking: true } })).toBe('True<s>');
    expect(template.renderText({ messages })).toBe('<s>');
  });

  test('go before those of everybody', () => {
    expect(
      template.renderText(
        { messages, variables: { bos_token: '<b>', enable_thinking: 1 } },
        { variables: { enable_thinking: 2 } },
      ),
    ).toBe('1<b>');
  });

  test('that the template makes nothing of is a finding', () => {
    const silent = ChatTemplate.fromSource(
      '{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}{% if think %}{% endif %}',
    );
    const given = { messages, documents: [{ title: 'Rhone' }], variables: { think: true, thinking: true } };
    expect(silent.render(given).findings).toEqual([
      { kind: 'unread', message: -1, problem: 'nothing in the template reads the variable "thinking"' },
      { kind: 'unread', message: -1, problem: 'the template leaves out the documents' },
    ]);
    expect(silent.render({ messages, documents: [], variables: { think: true } }).findings).toEqual([]);
  });
});
