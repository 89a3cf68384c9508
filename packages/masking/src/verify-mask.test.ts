import type { Conversation } from '@sftkit/templates';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode, render } from '../test/hand-made.js';
import { maskConversation } from './mask-conversation.js';
import type { MaskedExample } from './types.js';
import { verifyMask } from './verify-mask.js';

const conversation: Conversation = {
  messages: [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'bc' },
  ],
};
// ^ U : a ; \n A : b c ; \n
const rendered = render(conversation);
const encoding = encode(rendered.text);
const masked = maskConversation(rendered, encoding, conversation);
const problems = (wrong: MaskedExample) =>
  verifyMask(rendered, encoding, conversation, wrong).map(({ problem }) => problem);

/** The mask with one token supervised (weight 1) or not (weight 0). */
function changed(token: number, weight: 0 | 1): MaskedExample {
  const labels = Int32Array.from(masked.labels);
  const weights = Float32Array.from(masked.weights);
  labels[token] = weight === 1 ? masked.inputIds[token]! : -100;
  weights[token] = weight;
  return { ...masked, labels, weights };
}

test('nothing to say about an exact mask, whatever the policy', () => {
  for (const policy of ['assistant', 'last-assistant', 'all'] as const) {
    const exact = maskConversation(rendered, encoding, conversation, { policy });
    const decode = (ids: Int32Array) => String.fromCharCode(...ids);
    expect(verifyMask(rendered, encoding, conversation, exact, { policy, decode })).toEqual([]);
  }
});

describe('every fault is found', () => {
  test('a header inside the loss', () => {
    expect(problems(changed(7, 1))).toEqual([`supervised token 7, ":", is not all the assistant's`]);
  });

  test('an end of turn outside the loss', () => {
    expect(problems(changed(10, 0))).toEqual([`";" is the assistant's, and no supervised token covers it`]);
  });

  test('a mask that was lost', () => {
    const lost = { ...masked, labels: masked.labels.map(() => -100), weights: masked.weights.map(() => 0) };
    expect(problems(lost)).toEqual([`"bc;" is the assistant's, and no supervised token covers it`]);
  });

  test('a label that is shifted', () => {
    const labels = Int32Array.from(masked.labels, (_, t) => masked.labels[t + 1] ?? -100);
    expect(problems({ ...masked, labels })[0]).toBe('token 7, id 58, has input id 58, label 98, weight 0');
  });

  test('a supervised first token', () => {
    expect(problems(changed(0, 1))[0]).toBe('token 0, id 94, has input id 94, label 94, weight 1');
  });

  test('a mask of another example', () => {
    expect(problems({ ...masked, labels: masked.labels.slice(1) })[0]).toBe(
      'expected 12 tokens, got 12 ids, 11 labels, 12 weights',
    );
  });

  test('tokens that decode to something else', () => {
    const findings = verifyMask(rendered, encoding, conversation, masked, { decode: () => 'bc' });
    expect(findings).toEqual([
      { kind: 'decoded', start: 8, end: 11, problem: 'tokens 8 to 10 decode to "bc", expected "bc;"' },
    ]);
  });
});

test('tokens that straddle a border are findings', () => {
  const merged = encode(rendered.text, [':b', ';\n']);
  const findings = verifyMask(
    rendered,
    merged,
    conversation,
    maskConversation(rendered, merged, conversation),
  );
  // The first ;\n is the user's; the answer begins inside the token ":b".
  expect(findings.map(({ kind, start, end }) => ({ kind, start, end }))).toEqual([
    { kind: 'outside', start: 10, end: 12 },
    { kind: 'uncovered', start: 8, end: 9 },
  ]);
});

test('an end of turn that takes the white space behind it is one token all the same', () => {
  const merged = encode(rendered.text, [';\n']);
  const kinds = (special: Uint8Array): string[] => {
    const encoded = { ...merged, special };
    const exact = maskConversation(rendered, encoded, conversation);
    return verifyMask(rendered, encoded, conversation, exact).map(({ kind }) => kind);
  };
  expect(kinds(Uint8Array.from(merged.ids, (_, t) => (t === merged.ids.length - 1 ? 1 : 0)))).toEqual([]);
  // A token of text that does so has learnt what nobody wrote.
  expect(kinds(merged.special)).toEqual(['outside']);
});

test('one changed token is always found', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: masked.labels.length - 1 }), (token) => {
      const isSupervised = masked.labels[token] !== -100;
      expect(problems(changed(token, isSupervised ? 0 : 1))).not.toEqual([]);
    }),
  );
});
