import { describe, expect, it } from 'vitest';
import { MergeTable, NONE, readMerges } from './merge-table.js';
import { TokenizationError } from './tokenization-error.js';

describe('readMerges', () => {
  it('reads pairs, and texts with a space between', () => {
    expect(readMerges(['a b', ['c', ' ']])).toEqual([
      ['a', 'b'],
      ['c', ' '],
    ]);
  });

  it.each([['ab'], ['a b c'], [['a']], [['a', 1]], [7], [null]])('refuses %j, and says where', (merge) => {
    expect(() => readMerges(['a b', merge])).toThrow(TokenizationError);
    expect(() => readMerges(['a b', merge])).toThrow(/expected merges of two texts, got .* at merges\[1\]/);
  });
});

describe('MergeTable', () => {
  const vocab = new Map([
    ['a', 10],
    ['b', 11],
    ['😀', 12],
    ['ab', 13],
  ]);
  const table = new MergeTable(vocab, [
    ['a', 'b'],
    ['ab', '😀'],
    ['a', 'b'],
  ]);
  const symbol = (text: string) => table.texts.indexOf(text);

  it('finds characters, also those of two code units, and says NONE for others', () => {
    expect(table.symbolOf(0x61)).toBe(symbol('a'));
    expect(table.symbolOf(0x1f600)).toBe(symbol('😀'));
    expect([0x63, 0x1f601, 0xd83d].map((codePoint) => table.symbolOf(codePoint))).toEqual([NONE, NONE, NONE]);
  });

  it('finds the rank of a pair, the last of two, and what it makes', () => {
    expect(table.rankOf(symbol('a'), symbol('b'))).toBe(2);
    expect(table.merged(2)).toBe(symbol('ab'));
    expect(table.rankOf(symbol('ab'), symbol('😀'))).toBe(1);
    expect(table.rankOf(symbol('b'), symbol('a'))).toBe(NONE);
    expect(table.rankOf(NONE, symbol('a'))).toBe(NONE);
  });

  it('knows the token of a symbol, and that a merge can make a text without one', () => {
    expect(table.tokenIds[symbol('ab')]).toBe(13);
    expect(table.tokenIds[symbol('ab😀')]).toBe(NONE);
  });

  it('finds every pair of many', () => {
    const tokens = Array.from({ length: 300 }, (_, i) => `t${i}`);
    const merges = tokens.flatMap(
      (left, i) =>
        [
          [left, tokens[(7 * i) % 300]!],
          [left, tokens[i + 1] ?? 't0'],
        ] as const,
    );
    const large = new MergeTable(new Map(tokens.map((token, id) => [token, id])), merges);
    merges.forEach(([left, right], rank) => {
      const found = large.rankOf(tokens.indexOf(left), tokens.indexOf(right));
      expect(merges[found]).toEqual([left, right]);
      expect(found).toBeGreaterThanOrEqual(rank);
    });
  });

  it('may be without merges', () => {
    expect(new MergeTable(vocab, []).rankOf(0, 1)).toBe(NONE);
  });
});
