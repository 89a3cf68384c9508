import { describe, expect, it } from 'vitest';
import { prependText, unchangedText } from './aligned-text.js';
import { EncodingBuilder } from './encoding-builder.js';

describe('EncodingBuilder', () => {
  it('gives the tokens of a piece the ranges of the original', () => {
    const builder = new EncodingBuilder();
    builder.push(9, 0, 5, true);
    // "_ab" with a prefix, at 5: id 1 for "_a" and id 2 for "b", in a piece that begins with the text.
    builder.pushPiece([1, 0, 2, 2, 2, 3], prependText(unchangedText('ab', 5), '_'), 0);
    const { ids, starts, ends, special } = builder.build();
    expect([[...ids], [...starts], [...ends], [...special]]).toEqual([
      [9, 1, 2],
      [0, 5, 6],
      [5, 6, 7],
      [1, 0, 0],
    ]);
  });

  it('serves text after text, also behind a very long one and behind one that was given up', () => {
    const builder = new EncodingBuilder();
    for (const count of [3, 300_000, 5, 2000]) {
      builder.push(7, 7, 7, true);
      builder.clear();
      for (let i = 0; i < count; i++) builder.push(i, i, i + 1, i === 1);
      const { ids, starts, ends, special } = builder.build();
      expect([ids.length, starts.length, ends.length, special.length]).toEqual([count, count, count, count]);
      expect(ids.every((id, i) => id === i && starts[i] === i && ends[i] === i + 1)).toBe(true);
      expect([...special.subarray(0, 3)]).toEqual([0, 1, 0]);
    }
    expect(builder.build().ids.length).toBe(0);
  });
});
