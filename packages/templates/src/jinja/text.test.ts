import { describe, expect, it } from 'vitest';
import {
  asMarkup,
  changed,
  concatAll,
  isMarkup,
  owned,
  type Piece,
  piecesOf,
  placed,
  type Source,
  slice,
  sourceOf,
  stringOf,
  Text,
  withoutMarkup,
  writtenAt,
} from './text.js';

const source = (message: number, text: string): Source => ({ message, field: 'content', path: '', text });
const hello = source(0, 'hello');
const world = source(1, 'world');

const concat = (...texts: readonly (string | Text)[]): string | Text => concatAll(texts);

/** Length, message (-1 for the template) and offset of each piece. */
const pieces = (text: string | Text): [number, number, number][] =>
  piecesOf(text).map(({ length, source: from, from: at }) => [length, from?.message ?? -1, from ? at : 0]);

describe('a text and where its characters came from', () => {
  it('is one piece of its field', () => {
    expect(Text.of(hello).value).toBe('hello');
    expect(pieces(Text.of(hello))).toEqual([[5, 0, 0]]);
    expect(Text.of({ message: 0, field: 'tool_calls', path: '[0]' }).value).toBe('');
  });

  it('of the template alone is a string', () => {
    expect(concat('a', 'b')).toBe('ab');
    expect(concatAll(['a', 'b', 'c'])).toBe('abc');
    expect(slice('abc', 1, 2)).toBe('b');
    expect(changed('abc', 'ABC')).toBe('ABC');
    expect(owned('abc', undefined)).toBe('abc');
  });
});

describe('concat', () => {
  it('puts pieces in a row', () => {
    const text = concat(concat('<', Text.of(hello)), concat('> <', Text.of(world)));
    expect(stringOf(text)).toBe('<hello> <world');
    expect(pieces(text)).toEqual([
      [1, -1, 0],
      [5, 0, 0],
      [3, -1, 0],
      [5, 1, 0],
    ]);
  });

  it('joins what goes on where the last ended, and nothing else', () => {
    const text = Text.of(hello);
    expect(pieces(concat(slice(text, 0, 2), slice(text, 2, 5)))).toEqual([[5, 0, 0]]);
    expect(pieces(concat(slice(text, 2, 5), slice(text, 0, 2)))).toEqual([
      [3, 0, 2],
      [2, 0, 0],
    ]);
    expect(pieces(concat(text, text))).toEqual([
      [5, 0, 0],
      [5, 0, 0],
    ]);
    expect(
      pieces(concatAll([slice(text, 0, 1), slice(text, 1, 2), 'x', '', 'y', slice(text, 2, 3)])),
    ).toEqual([
      [2, 0, 0],
      [2, -1, 0],
      [1, 0, 2],
    ]);
  });

  it('keeps what is on the other side of an empty text', () => {
    const text = Text.of(hello);
    expect(pieces(concat('', text))).toEqual(pieces(text));
    expect(pieces(concat(text, ''))).toEqual(pieces(text));
    expect(pieces(concat(Text.of(source(0, '')), text))).toEqual(pieces(text));
  });

  it('grows to the left 100,000 times without a deep stack', () => {
    let text: string | Text = '';
    for (let index = 0; index < 100_000; index += 1)
      text = concat(text, index % 2 === 0 ? 'ab' : Text.of(hello));
    expect(stringOf(text)).toHaveLength(350_000);
    const found = pieces(text);
    expect(found).toHaveLength(100_000);
    expect(found.slice(-2)).toEqual([
      [2, -1, 0],
      [5, 0, 0],
    ]);
  });

  it('grows to the right 100,000 times, too', () => {
    let text: string | Text = '';
    for (let index = 0; index < 100_000; index += 1)
      text = concat(index % 2 === 0 ? 'ab' : Text.of(hello), text);
    expect(pieces(text)).toHaveLength(100_000);
    expect(pieces(slice(text, 0, 6))).toEqual([
      [5, 0, 0],
      [1, -1, 0],
    ]);
  });
});

describe('slice', () => {
  const text = concat(concat('ab', Text.of(hello)), 'cd');

  it('keeps the offset of each character in its field', () => {
    expect(stringOf(slice(text, 1, 5))).toBe('bhel');
    expect(pieces(slice(text, 1, 5))).toEqual([
      [1, -1, 0],
      [3, 0, 0],
    ]);
    expect(pieces(slice(text, 4, 8))).toEqual([
      [3, 0, 2],
      [1, -1, 0],
    ]);
    expect(slice(text, 0, 9)).toBe(text);
  });

  it('of what the template wrote is a string again', () => {
    expect(slice(text, 0, 2)).toBe('ab');
    expect(slice(text, 7, 9)).toBe('cd');
    expect(slice(text, 3, 3)).toBe('');
  });

  it('of changed characters has no offset', () => {
    const upper = changed(Text.of(hello), 'HELLO');
    expect(pieces(slice(upper, 1, 3))).toEqual([[2, 0, -1]]);
  });
});

describe('changed', () => {
  it('keeps a text that is the same', () => {
    const text = Text.of(hello);
    expect(changed(text, 'hello')).toBe(text);
  });

  it('of the same length leaves each character where it was', () => {
    const text = concat(concat(Text.of(hello), '-'), Text.of(world));
    expect(pieces(changed(text, 'HELLO-WORLD'))).toEqual([
      [5, 0, -1],
      [1, -1, 0],
      [5, 1, -1],
    ]);
  });

  it('of another length belongs to the first field', () => {
    const text = concat(concat('<', Text.of(source(0, 'straße'))), Text.of(world));
    expect(pieces(changed(text, '<STRASSEWORLD'))).toEqual([[13, 0, -1]]);
  });

  it('reads of one field in a row are one piece', () => {
    const text = concat(owned('{"', hello), owned('a', hello));
    expect(pieces(text)).toEqual([[3, 0, -1]]);
    expect(sourceOf(concat('x', text))).toBe(hello);
    expect(sourceOf('x')).toBeUndefined();
  });
});

describe('places', () => {
  const places = (text: string | Text): [number, number | undefined, string | undefined][] =>
    piecesOf(text).map(({ length, place }) => [length, place?.turn, place?.block?.kind]);
  const block = { kind: 'content' };

  it('a text that a block keeps stays at the block’s place', () => {
    const kept = placed(concat('<', Text.of(hello)), { turn: 3, block });
    expect(places(concat(kept, '>'))).toEqual([
      [1, 3, 'content'],
      [5, 3, 'content'],
      [1, undefined, undefined],
    ]);
    expect(placed('', { turn: 3, block })).toBe('');
  });

  it('of two blocks the inner one is whose text it is', () => {
    const inner = placed('a', { turn: -1, block });
    const outer = placed(concat(inner, 'b'), { turn: 2, block: { kind: 'reasoning' } });
    expect(places(outer)).toEqual([
      [1, 2, 'content'],
      [1, 2, 'reasoning'],
    ]);
  });

  it('a piece that is written in a turn is that turn’s, wherever it was made', () => {
    const piece: Piece = { length: 1, source: undefined, from: 0, place: { turn: 1, block } };
    expect(writtenAt(piece, { turn: 4, block: undefined }).place).toEqual({ turn: 4, block });
    expect(writtenAt(piece, { turn: -1, block: undefined }).place).toEqual({ turn: 1, block });
    expect(writtenAt(piece, undefined)).toBe(piece);
  });
});

describe('markup', () => {
  it('is kept by what is made of it, and can be taken off', () => {
    const safe = asMarkup(Text.of(hello));
    expect(isMarkup(concatAll([safe, 'x'], true))).toBe(true);
    expect(isMarkup(slice(safe, 0, 2))).toBe(true);
    expect(isMarkup(withoutMarkup(safe))).toBe(false);
    expect(pieces(withoutMarkup(safe))).toEqual([[5, 0, 0]]);
    expect(withoutMarkup(asMarkup('x'))).toBe('x');
  });
});
