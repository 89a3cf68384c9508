import { describe, expect, it } from 'vitest';
import { compileAddedTokens } from './added-token-finder.js';
import type { AddedToken } from './types.js';

function finder(...tokens: readonly (Partial<AddedToken> & { content: string })[]) {
  const plain = { special: true, singleWord: false, lstrip: false, rstrip: false, normalized: false };
  const find = compileAddedTokens(
    new Map(tokens.map((token, id) => [token.content, { id, ...plain, ...token }])),
  );
  return (text: string, accept = (_: AddedToken, _start: number, _end: number) => true) =>
    find(text, accept).map(({ token, start, end }) => [token.content, start, end]);
}

describe('compileAddedTokens', () => {
  it('finds the longest of those that begin together, and the first of those that overlap', () => {
    const find = finder({ content: '<s>' }, { content: '<s><s>' }, { content: '><' });
    expect(find('a<s><s><s>')).toEqual([
      ['<s><s>', 1, 7],
      ['<s>', 7, 10],
    ]);
  });

  it('falls back to a shorter or a later match where one is not accepted', () => {
    const find = finder({ content: '<s>' }, { content: '<s><s>' });
    expect(find('<s><s>', (token) => token.content === '<s>')).toEqual([
      ['<s>', 0, 3],
      ['<s>', 3, 6],
    ]);
    expect(find('<s><s>', (_, start) => start > 0)).toEqual([['<s>', 3, 6]]);
  });

  it('takes whitespace on the sides that the token strips, once', () => {
    expect(finder({ content: '<m>', lstrip: true })('a \n<m> b')).toEqual([['<m>', 1, 6]]);
    expect(finder({ content: '<m>', rstrip: true })('a <m> \tb')).toEqual([['<m>', 2, 7]]);
    expect(finder({ content: '<m>', rstrip: true, lstrip: true })('<m> <m>')).toEqual([
      ['<m>', 0, 4],
      ['<m>', 4, 7],
    ]);
  });

  it('finds a single word only between borders, also beyond the basic plane', () => {
    const find = finder({ content: 'cat', singleWord: true });
    expect(find('cat, catalog bobcat 𝒳cat cat𝒳 -cat')).toEqual([
      ['cat', 0, 3],
      ['cat', 33, 36],
    ]);
  });

  it('finds tokens that begin with characters special to expressions', () => {
    const find = finder(...[']', '[', '^', '-', '\\', '/', '&', '&&'].map((content) => ({ content })));
    expect(find('a]b[c^d-e\\f/g&&').map(([content]) => content)).toEqual([
      ']',
      '[',
      '^',
      '-',
      '\\',
      '/',
      '&&',
    ]);
  });

  it('finds nothing without tokens', () => {
    expect(finder()('<s>')).toEqual([]);
  });
});
