import type { Conversation, Message } from '@sftkit/templates';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode, encodingOf, render } from '../test/hand-made.js';
import { maskConversation } from './mask-conversation.js';
import { MaskingError } from './masking-error.js';
import type { MaskPolicy } from './supervision-options.js';
import { IGNORE_INDEX } from './types.js';

const user = (content: string, more: Partial<Message> = {}): Message => ({ role: 'user', content, ...more });
const assistant = (content: string, more: Partial<Message> = {}): Message => ({
  role: 'assistant',
  content,
  ...more,
});

function mask(conversation: Conversation, policy?: MaskPolicy, pieces: readonly string[] = []) {
  const rendered = render(conversation);
  return maskConversation(
    rendered,
    encode(rendered.text, pieces),
    conversation,
    policy === undefined ? {} : { policy },
  );
}

/** Supervised tokens as text, `.` where a token is not supervised. */
function seen(conversation: Conversation, policy?: MaskPolicy): string {
  return Array.from(mask(conversation, policy).labels, (label) =>
    label === IGNORE_INDEX ? '.' : String.fromCharCode(label),
  ).join('');
}

const twoTurns = { messages: [user('a'), assistant('bc'), user('d'), assistant('e')] };

test('a token behind the text counts where everything does', () => {
  const rendered = render(twoTurns);
  const encoding = encode(rendered.text);
  const { length } = rendered.text;
  const behind = {
    ...encoding,
    ids: Int32Array.of(...encoding.ids, 7),
    starts: Int32Array.of(...encoding.starts, length),
    ends: Int32Array.of(...encoding.ends, length),
    special: Uint8Array.of(...encoding.special, 1),
  };
  const last = (options: object): number | undefined =>
    maskConversation(rendered, behind, twoTurns, options).weights.at(-1);
  expect(last({ policy: 'all' })).toBe(1);
  expect(last({ policy: 'all', weight: 0.5 })).toBe(0.5);
  expect(last({ policy: 'assistant' })).toBe(0);
});

test('the exact ids: the answer and its end of turn, nothing else', () => {
  // ^ U : h i ; \n A : y o ; \n
  const { inputIds, labels, weights, supervisedTokens, straddlingTokens } = mask({
    messages: [user('hi'), assistant('yo')],
  });
  expect([...inputIds]).toEqual([94, 85, 58, 104, 105, 59, 10, 65, 58, 121, 111, 59, 10]);
  const no = IGNORE_INDEX;
  expect([...labels]).toEqual([no, no, no, no, no, no, no, no, no, 121, 111, 59, no]);
  expect([...weights]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0]);
  expect({ supervisedTokens, straddlingTokens }).toEqual({ supervisedTokens: 3, straddlingTokens: 0 });
});

describe('policies', () => {
  // The text is ^U:a;|A:bc;|U:d;|A:e;| with | for a line feed.
  test.each([
    ['assistant', '........bc;........e;.'],
    ['last-assistant', '...................e;.'],
    ['all', '.U:a;\nA:bc;\nU:d;\nA:e;\n'],
  ] as const)('%s', (policy, expected) => {
    expect(seen(twoTurns, policy)).toBe(expected);
  });

  test('an empty answer still teaches to end the turn', () => {
    expect(seen({ messages: [user('a'), assistant('')] })).toBe('........;.');
  });

  test('the last assistant turn is the last one, even when a user speaks after it', () => {
    expect(seen({ messages: [assistant('a'), assistant('b'), user('c')] }, 'last-assistant')).toBe(
      '........b;......',
    );
  });
});

describe('train and weight of a message', () => {
  test('train: false takes an assistant turn out', () => {
    const { messages } = twoTurns;
    const conversation = {
      messages: messages.map((message, i) => (i === 1 ? { ...message, train: false } : message)),
    };
    expect(seen(conversation)).toBe('...................e;.');
    expect(seen(conversation, 'all')).toBe('.U:a;\n.....\nU:d;\nA:e;\n');
  });

  test('train: true adds what the policy leaves out: the generated part of an assistant, all of another', () => {
    const conversation = {
      messages: [user('a', { train: true }), assistant('b', { train: true }), assistant('c')],
    };
    expect(seen(conversation, 'last-assistant')).toBe('.U:a;...b;...c;.');
  });

  test('the weight is on every token of the turn, and 0 takes it out', () => {
    const conversation = {
      messages: [assistant('a', { weight: 0.25 }), assistant('b', { weight: 0 }), assistant('c')],
    };
    const { weights, supervisedTokens } = mask(conversation);
    expect([...weights]).toEqual([0, 0, 0, 0.25, 0.25, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0]);
    expect(supervisedTokens).toBe(4);
  });

  test('the weight of a message counts under the policy all, too', () => {
    const { weights } = mask({ messages: [user('a', { weight: 3 }), assistant('b')] }, 'all');
    expect([...weights]).toEqual([0, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1]);
  });
});

describe('tokens that straddle a border', () => {
  const conversation = { messages: [user('a'), assistant('bc')] };
  // ^ U : a ; \n A : b c ; \n
  test.each([
    ['header and answer in one token: the prompt gives it', [':b'], ['c', ';'], 1],
    ['answer and what follows in one token: the model must produce it', [';\n'], ['b', 'c', ';\n'], 1],
    ['a whole turn in one token', ['A:bc;\n'], [], 1],
    ['no border crossed', ['bc;'], ['bc;'], 0],
  ] as const)('%s', (_, pieces, expected, straddling) => {
    const rendered = render(conversation);
    const encoding = encode(rendered.text, pieces);
    const masked = maskConversation(rendered, encoding, conversation);
    const texts = [...masked.labels].flatMap((label, t) =>
      label === IGNORE_INDEX ? [] : [rendered.text.slice(encoding.starts[t], encoding.ends[t])],
    );
    expect(texts).toEqual(expected);
    expect(masked.straddlingTokens).toBe(straddling);
  });
});

describe('offsets', () => {
  test('the pieces of one character are supervised together', () => {
    const { labels, straddlingTokens } = mask({ messages: [user('🙂'), assistant('🙂')] });
    const supervised = [...labels].filter((label) => label !== IGNORE_INDEX);
    expect(supervised).toEqual([2000, 2001, 2002, 2003, 59]);
    expect(straddlingTokens).toBe(0);
  });

  test('a token without characters belongs to the character it stands before', () => {
    // A: b ; with an empty token before each of them and one behind the text.
    const conversation = { messages: [assistant('b')] };
    const rendered = { ...render(conversation), text: '^A:b;' };
    const encoding = encodingOf(
      [1, 94, 2, 65, 3, 58, 4, 98, 5, 59, 6],
      [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5],
      [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
    );
    const supervised = (policy: MaskPolicy) =>
      [...maskConversation(rendered, encoding, conversation, { policy }).labels].filter(
        (label) => label >= 0,
      );
    expect(supervised('assistant')).toEqual([4, 98, 5, 59]);
    expect(supervised('all')).toEqual([94, 2, 65, 3, 58, 4, 98, 5, 59, 6]);
  });

  test('index 0 is a place like any other, except that no label reaches token 0', () => {
    const rendered = {
      text: 'ab',
      messages: [{ start: 0, end: 2, message: 0, role: 'assistant' }],
      generation: [{ start: 0, end: 2, message: 0 }],
      sources: [],
      findings: [],
    };
    const conversation = { messages: [assistant('ab')] };
    expect([...maskConversation(rendered, encode('ab'), conversation).labels]).toEqual([IGNORE_INDEX, 98]);
    // Two pieces of the character at 0: the second one can be learnt.
    const pieces = encodingOf([7, 8, 98], [0, 0, 1], [1, 1, 2]);
    expect([...maskConversation(rendered, pieces, conversation).labels]).toEqual([IGNORE_INDEX, 8, 98]);
  });

  test('an encoding of another text is refused', () => {
    const rendered = render(twoTurns);
    expect(() => maskConversation(rendered, encode(`${rendered.text}!`), twoTurns)).toThrow(
      'encoding: expected token 22 inside the 22 characters of the text, got 22 to 23; encode the text of this very rendering',
    );
    const cut = { ...encode(rendered.text), ends: new Int32Array(3) };
    expect(() => maskConversation(rendered, cut, twoTurns)).toThrow(
      'expected one start and one end for each id',
    );
  });
});

describe('a turn that the rendering does not have', () => {
  test('a template without generation markers is refused, not masked to nothing', () => {
    const unmarked = { ...render(twoTurns), generation: [] };
    const masking = () => maskConversation(unmarked, encode(unmarked.text), twoTurns);
    expect(masking).toThrow(MaskingError);
    expect(masking).toThrow(
      'expected the assistant turn messages[1] in the rendered text, found no span of it; use a template with {% generation %} markers',
    );
  });

  test('a template that leaves one turn out is refused', () => {
    const full = render(twoTurns);
    const rendered = { ...full, generation: full.generation.slice(1) };
    expect(() => maskConversation(rendered, encode(rendered.text), twoTurns)).toThrow(
      'the template leaves this turn out: remove it, or set its "train" to false',
    );
  });
});

test('whatever the conversation and the tokenizer: a label is its own token, and only inside an answer', () => {
  const message = fc.record({
    role: fc.constantFrom('user', 'assistant', 'system'),
    content: fc.string({ unit: fc.constantFrom('a', 'b', ';', ':', '\n', '🙂'), maxLength: 6 }),
  });
  const pieces = fc.uniqueArray(
    fc.string({ unit: fc.constantFrom('a', 'b', ';', ':', '\n'), minLength: 2, maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), pieces, (messages, merges) => {
      const rendered = render({ messages });
      const encoding = encode(rendered.text, merges);
      const { labels, weights, inputIds, supervisedTokens } = maskConversation(rendered, encoding, {
        messages,
      });
      let count = 0;
      for (let t = 0; t < labels.length; t++) {
        const start = encoding.starts[t]!;
        const inside = rendered.generation.some((span) => span.start <= start && start < span.end);
        expect(labels[t]).toBe(inside && t > 0 ? inputIds[t] : IGNORE_INDEX);
        expect(weights[t]).toBe(labels[t] === IGNORE_INDEX ? 0 : 1);
        if (labels[t] !== IGNORE_INDEX) count += 1;
      }
      expect(supervisedTokens).toBe(count);
    }),
  );
});
