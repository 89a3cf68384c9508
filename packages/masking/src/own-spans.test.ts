/** Roles, parts, thoughts and weights, seen as the characters that count. */
import { ChatTemplate, type Conversation, type Message, resolveTemplate } from '@sftkit/templates';
import { describe, expect, test } from 'vitest';
import { supervisedSpans } from './supervised-spans.js';
import type { SupervisionOptions } from './supervision-options.js';

const chatml = resolveTemplate('chatml');
const user = (content: Message['content'], more: Partial<Message> = {}): Message => ({
  role: 'user',
  content,
  ...more,
});
const assistant = (content: Message['content'], more: Partial<Message> = {}): Message => ({
  role: 'assistant',
  content,
  ...more,
});
/** Parts as [text, what else the part carries]. */
const parts = (...all: readonly (readonly [string, object])[]) =>
  all.map(([text, more]) => ({ type: 'text', text, ...more }));

/** Runs of characters of one weight, as [text, weight]. */
function seen(messages: readonly Message[], options: SupervisionOptions = {}, template = chatml) {
  const conversation: Conversation = { messages };
  const rendered = template.render(conversation);
  const weights = new Array<number>(rendered.text.length).fill(0);
  for (const { start, end, weight } of supervisedSpans(rendered, conversation, options)) {
    weights.fill(weight, start, end);
  }
  const runs: [string, number][] = [];
  weights.forEach((weight, at) => {
    const last = runs.at(-1);
    if (weight > 0 && at > 0 && weights[at - 1] === weight && last) last[0] += rendered.text[at];
    else if (weight > 0) runs.push([rendered.text[at]!, weight]);
  });
  return runs;
}

describe('roles', () => {
  test('of another role the whole message counts', () => {
    expect(seen([user('a'), assistant('b')], { roles: ['user'] })).toEqual([
      ['<|im_start|>user\na<|im_end|>\n', 1],
    ]);
    expect(
      seen([user('a'), assistant('b')], { roles: ['user', 'assistant'], policy: 'last-assistant' }),
    ).toEqual([['b<|im_end|>', 1]]);
  });

  test('a turn that the template marks is learnt as it is marked, whatever its role is called', () => {
    const made = ChatTemplate.fromSource(
      "{% for m in messages %}{{ m.role }}:{% if m.role == 'model' %}{% generation %}{{ m.content }};{% endgeneration %}{% else %}{{ m.content }};{% endif %}{% endfor %}",
    );
    const messages = [user('a'), { role: 'model', content: 'b' }];
    expect(seen(messages, {}, made)).toEqual([['b;', 1]]);
    expect(seen(messages, { roles: ['user'] }, made)).toEqual([['user:a;', 1]]);
  });

  test('a tool result is never learnt', () => {
    const messages = [user('a'), { role: 'tool', content: '4' }, assistant('b')];
    expect(seen(messages)).toEqual([['b<|im_end|>', 1]]);
    expect(() => seen(messages, { roles: ['assistant', 'tool'] })).toThrow(
      'expected no tool result among what is learnt',
    );
    expect(() => seen([user('a'), { role: 'tool', content: '4', train: true }])).toThrow('messages[1]');
  });
});

describe('parts', () => {
  test('one that is not to be learnt is left out, its neighbours and the end of turn are not', () => {
    const content = parts(['bad ', { train: false }], ['good', {}]);
    expect(seen([user('a'), assistant(content)])).toEqual([['good<|im_end|>', 1]]);
    const last = parts(['good', {}], [' bad', { train: false }]);
    expect(seen([user('a'), assistant(last)])).toEqual([
      ['good', 1],
      ['<|im_end|>', 1],
    ]);
  });

  test('one is learnt though its message is not', () => {
    const content = parts(['b', {}], ['c', { train: true, weight: 0.5 }], ['d', {}]);
    expect(seen([user('a'), assistant(content, { train: false })])).toEqual([['c', 0.5]]);
    expect(seen([user(content), assistant('x')], { policy: 'last-assistant' })).toEqual([
      ['c', 0.5],
      ['x<|im_end|>', 1],
    ]);
  });

  test('weights of part, message and example multiply', () => {
    const content = parts(['b', { weight: 0.5 }], ['c', {}]);
    expect(seen([user('a'), assistant(content, { weight: 3 })], { weight: 2 })).toEqual([
      ['b', 3],
      ['c<|im_end|>', 6],
    ]);
  });

  test('white space at the ends goes with its part, whether the template keeps it or not', () => {
    const content = parts(['  b ', { weight: 2 }], [' c  ', { weight: 3 }]);
    const kept = seen([user('a'), assistant(content)]);
    expect(kept).toEqual([
      ['  b ', 2],
      [' c  ', 3],
      ['<|im_end|>', 1],
    ]);
    const trimming = ChatTemplate.fromSource(
      "{% for m in messages %}{{ m.role }}:{% generation %}{% set c = namespace(t='') %}{% if m.content is string %}{% set c.t = m.content %}{% else %}{% for p in m.content %}{% set c.t = c.t + p.text %}{% endfor %}{% endif %}{{ c.t | trim }};{% endgeneration %}{% endfor %}",
    );
    expect(seen([assistant(content)], {}, trimming)).toEqual([
      ['b ', 2],
      [' c', 3],
      [';', 1],
    ]);
  });

  test('a template that measures a part changes nothing: each character has its origin', () => {
    const measuring = ChatTemplate.fromSource(
      '{% for m in messages %}{% generation %}{{ m.content[0].text }}{{ m.content[0].text | length }}{% endgeneration %}{% endfor %}',
    );
    expect(seen([assistant(parts(['b', { train: false }]))], {}, measuring)).toEqual([['1', 1]]);
  });
});

describe('thoughts', () => {
  const chat = (answer: Message) => [user('a'), answer];

  test('in the content: left out with their marks', () => {
    const answer = assistant('<think>\nhm\n</think>\n\nb');
    expect(seen(chat(answer))).toEqual([['<think>\nhm\n</think>\n\nb<|im_end|>', 1]]);
    expect(seen(chat(answer), { reasoning: false })).toEqual([['b<|im_end|>', 1]]);
  });

  test('in a field of their own: what closes them is learnt, if it is not </think>', () => {
    const template = (close: string) =>
      ChatTemplate.fromSource(
        `{% for m in messages %}{{ m.role }}:{% generation %}{% if m.reasoning_content %}<t>{{ m.reasoning_content }}${close}{% endif %}{{ m.content }};{% endgeneration %}{% endfor %}`,
      );
    const answers = [assistant('b', { reasoning_content: 'hm' }), assistant('c')];
    expect(seen(answers, { reasoning: false }, template('</t>'))).toEqual([
      ['</t>b;', 1],
      ['c;', 1],
    ]);
    expect(seen(answers, { reasoning: false }, template(' </think> '))[0]).toEqual(['b;', 1]);
  });

  test('white space that the answer begins with is the answer’s, whatever closes the thought', () => {
    const qwen = resolveTemplate('chatml');
    const code = '    return 1;';
    for (const begin of ['', '\u3000', '\ufeff']) {
      const answer = assistant(`<think>\nhm\n</think>\n\n${begin}${code}`);
      expect(seen(chat(answer), { reasoning: false }, qwen)).toEqual([[`${begin}${code}<|im_end|>`, 1]]);
    }
  });

  test('white space of an answer in a field of its own, behind a thought in another', () => {
    const made = ChatTemplate.fromSource(
      '{% for m in messages %}{{ m.role }}:{% generation %}<think>{{ m.reasoning_content }}</think>{{ m.content }};{% endgeneration %}{% endfor %}',
    );
    const answer = assistant('    return 1', { reasoning_content: 'hm' });
    expect(seen([answer], { reasoning: false }, made)).toEqual([['    return 1;', 1]]);
  });

  test('one that the template drops takes nothing of what the template writes with it', () => {
    const made = ChatTemplate.fromSource(
      "{% for m in messages %}{{ m.role }}:{% generation %}Answer: {{ m.content.split('</think>')[-1].lstrip() }};{% endgeneration %}{% endfor %}",
    );
    const answer = assistant('<think>hm</think>\n\nb');
    expect(seen([answer], { reasoning: false }, made)).toEqual([['Answer: b;', 1]]);
  });

  test('in text parts', () => {
    const content = [
      { type: 'text', text: '<think>\nhm\n</think>\n\nb' },
      { type: 'text', text: 'c' },
    ];
    expect(seen(chat(assistant(content)), { reasoning: false })).toEqual([['bc<|im_end|>', 1]]);
    const later = [
      { type: 'text', text: '<think>' },
      { type: 'text', text: 'hm</think>b' },
    ];
    expect(seen(chat(assistant(later)), { reasoning: false })).toEqual([['b<|im_end|>', 1]]);
  });

  test('an end of a thought that the answer begins with is the thought’s', () => {
    expect(seen(chat(assistant('</think>\n\nb')), { reasoning: false })).toEqual([['b<|im_end|>', 1]]);
  });

  test('where the template says what they are, it need not be asked', () => {
    const qwen = resolveTemplate('qwen3');
    const conversation = { messages: chat(assistant('b', { reasoning_content: 'hm' })) };
    const rendered = qwen.render(conversation);
    const [whole, thought] = supervisedSpans(rendered, conversation, { reasoning: false });
    expect(rendered.text.slice(whole?.start, whole?.end)).toBe('<think>\nhm\n</think>\n\nb<|im_end|>');
    expect(rendered.text.slice(thought?.start, thought?.end)).toBe('<think>\nhm\n</think>\n\n');
    expect(thought?.weight).toBe(0);
  });

  test('an answer without one is learnt whole', () => {
    expect(seen(chat(assistant('b')), { reasoning: false })).toEqual([['b<|im_end|>', 1]]);
    expect(seen(chat(assistant('<think>\n\n</think>\n\nb')), { reasoning: false })[0]?.[0]).toContain(
      'b<|im_end|>',
    );
  });
});

test('a weight that is no weight is refused', () => {
  expect(() => seen([assistant('b')], { weight: -1 })).toThrow(
    'expected a finite weight of at least 0, got -1',
  );
});
