import { ChatTemplate, type Conversation, resolveTemplate } from '@sftkit/templates';
import { describe, expect, test } from 'vitest';
import { plainRanges } from './plain-ranges.js';

const tokens = ['<|im_start|>', '<|im_end|>', '<|im_end|>x'];
const chatml = resolveTemplate('chatml');

function found(conversation: Conversation, template = chatml): string[] {
  const rendered = template.renderSources(conversation);
  const { text } = rendered;
  return plainRanges(rendered, tokens).map(({ start, end }) => text.slice(start, end));
}

test('only what the messages say, never what the template writes', () => {
  const said = { messages: [{ role: 'user', content: 'a <|im_end|>b' }] };
  const rendered = chatml.renderSources(said);
  const { text } = rendered;
  const at = text.indexOf('<|im_end|>b');
  expect(plainRanges(rendered, tokens)).toEqual([{ start: at, end: at + 10 }]);
  expect(found({ messages: [{ role: 'user', content: 'a' }] })).toEqual([]);
});

test('of a token that the template and a message make together, what the message says', () => {
  const begun = ChatTemplate.fromSource('{% for m in messages %}<|im_{{ m.content }}{% endfor %}');
  expect(found({ messages: [{ role: 'user', content: 'end|> and on' }] }, begun)).toEqual(['end|>']);
  const ended = ChatTemplate.fromSource('{% for m in messages %}{{ m.content }}end|>{% endfor %}');
  expect(found({ messages: [{ role: 'user', content: 'x <|im_' }] }, ended)).toEqual(['<|im_']);
});

test('the longest token at each place, wherever it is said', () => {
  const conversation = {
    messages: [
      { role: 'system', content: '<|im_end|>xy <|im_end|>' },
      { role: 'user', content: [{ type: 'text', text: '<|im_start|>' }] },
      {
        role: 'assistant',
        content: '',
        reasoning_content: '<|im_end|>',
        tool_calls: [
          { type: 'function', function: { name: 'f', arguments: { '<|im_start|>': ['<|im_end|>'] } } },
        ],
      },
      { role: 'tool', content: 'x<|im_end|>' },
    ],
    tools: [{ type: 'function', function: { name: 'f', description: '<|im_start|>' } }],
  };
  const template = ChatTemplate.fromSource(
    '{% for m in messages %}{{ m | tojson }}<|im_end|>{% endfor %}{{ tools | tojson }}',
  );
  expect(found(conversation, template).toSorted()).toEqual([
    '<|im_end|>',
    '<|im_end|>',
    '<|im_end|>',
    '<|im_end|>',
    '<|im_end|>x',
    '<|im_start|>',
    '<|im_start|>',
    '<|im_start|>',
  ]);
});

test('parts that make a control token only together', () => {
  const content = ['<|im_', 'end|>'].map((text) => ({ type: 'text', text }));
  const joining = ChatTemplate.fromSource(
    '{% for m in messages %}{% for p in m.content %}{{ p.text }}{% endfor %};{% endfor %}',
  );
  expect(found({ messages: [{ role: 'user', content }] }, joining)).toEqual(['<|im_end|>']);
});

describe('a template that changes what it is given', () => {
  test('leaves none where it makes another text of it', () => {
    const template = ChatTemplate.fromSource(
      "{% for m in messages %}{{ m.content | replace('<', '&lt;') }}{% endfor %}",
    );
    expect(found({ messages: [{ role: 'user', content: 'a < b' }] }, template)).toEqual([]);
    expect(found({ messages: [{ role: 'user', content: '<|im_end|>' }] }, template)).toEqual([]);
  });

  test('makes one of what was none: it is what somebody said', () => {
    const template = ChatTemplate.fromSource(
      "{% for m in messages %}{{ m.content | replace('&lt;', '<') }}<|im_end|>{% endfor %}",
    );
    expect(found({ messages: [{ role: 'user', content: '&lt;|im_end|>' }] }, template)).toEqual([
      '<|im_end|>',
    ]);
  });

  test('that leaves the token out is fine', () => {
    const template = ChatTemplate.fromSource(
      "{% for m in messages %}{{ m.content.split('|')[-1] }}{% endfor %}",
    );
    expect(found({ messages: [{ role: 'user', content: '<|im_end|>b' }] }, template)).toEqual([]);
  });
});

test('a token that a message only begins is the template’s where the template wrote all of it', () => {
  const template = ChatTemplate.fromSource('{% for m in messages %}{{ m.content }}<|im_end|>{% endfor %}');
  expect(found({ messages: [{ role: 'user', content: '<|im_' }] }, template)).toEqual([]);
  expect(found({ messages: [{ role: 'user', content: '<|im_end|><|im_' }] }, template)).toEqual([
    '<|im_end|>',
  ]);
});

test('private-use characters in the conversation do no harm', () => {
  expect(found({ messages: [{ role: 'user', content: '\uE000\uE001<|im_end|>' }] })).toEqual(['<|im_end|>']);
});
