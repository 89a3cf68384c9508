import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tinyByteLevel } from '../test/tiny-tokenizer.js';
import { StreamDecoder } from './stream-decoder.js';

const tiny = tinyByteLevel(['h e', 'l l', 'Ġ h']);

describe('StreamDecoder', () => {
  it('holds an emoji back until its last byte', () => {
    const decoder = tiny.streamDecoder();
    const shown = Array.from(tiny.encode('a😀b').ids, (id) => decoder.push(id));
    expect(shown).toEqual(['a', '', '', '', '😀', 'b']);
    expect(decoder.flush()).toBe('');
  });

  it('shows an incomplete character as U+FFFD at the end, and starts anew', () => {
    const decoder = tiny.streamDecoder();
    const { ids } = tiny.encode('😀');
    expect(decoder.push(ids[0]!) + decoder.push(ids[1]!)).toBe('');
    expect(decoder.flush()).toBe('\uFFFD');
    expect(Array.from(ids, (id) => decoder.push(id)).join('')).toBe('😀');
  });

  it('never shows part of a character, and shows all of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
        fc.pre(!text.includes('\uFFFD'));
        const decoder = tiny.streamDecoder();
        const parts = Array.from(tiny.encode(text).ids, (id) => decoder.push(id));
        expect(parts.some((part) => part.includes('\uFFFD'))).toBe(false);
        expect(parts.join('') + decoder.flush()).toBe(text);
      }),
      { seed: 5 },
    );
  });

  it('strips the first space only, also when it comes late, and again after a flush', () => {
    const utf8 = new TextEncoder();
    const tokens = ['', ' ', ' a', ' b'];
    const decoder = new StreamDecoder((id) => utf8.encode(tokens[id]), 1);
    const show = () => [0, 1, 2, 3].map((id) => decoder.push(id)).join('') + decoder.flush();
    expect(show()).toBe(' a b');
    expect(show()).toBe(' a b');
    expect(decoder.push(2) + decoder.push(1)).toBe('a ');
  });
});
