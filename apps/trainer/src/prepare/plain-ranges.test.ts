import { resolveTemplate } from '@sftkit/templates';
import { expect, test } from 'vitest';
import { plainRanges } from './plain-ranges.js';

const classic = resolveTemplate('classic');
const tokens = ['<|user|>', '<|assistant|>', '<|end|>'];

function rangesIn(content: string): string[] {
  const conversation = { messages: [{ role: 'user', content }] };
  const text = classic.renderText(conversation);
  return plainRanges(text, conversation, classic, tokens).map(
    ({ start, end }) => `${start}:${text.slice(start, end)}`,
  );
}

test('control tokens in a message are plain where they stand, the template its own are not', () => {
  // '<|user|>\n' is nine characters long.
  expect(rangesIn('<|user|>')).toEqual(['9:<|user|>']);
  expect(rangesIn('a<|end|><|end|>')).toEqual(['10:<|end|>', '17:<|end|>']);
  expect(rangesIn('<|end|')).toEqual([]);
});

test('a template that moves such a text is refused rather than guessed at', () => {
  const shouting = resolveTemplate('{% for m in messages %}{{ m.content | replace("<", "[[") }}{% endfor %}');
  const conversation = { messages: [{ role: 'user', content: '<|end|>' }] };
  expect(() => plainRanges(shouting.renderText(conversation), conversation, shouting, tokens)).toThrow(
    /cannot be read as plain text/,
  );
});
