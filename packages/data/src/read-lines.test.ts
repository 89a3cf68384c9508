import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LinePiece, LineSplitter } from './read-lines.js';

function pieces(chunks: Iterable<string | Uint8Array>): LinePiece[] {
  const splitter = new LineSplitter('f');
  const all: LinePiece[] = [];
  for (const chunk of chunks) all.push(...splitter.push(chunk));
  return [...all, ...splitter.end()];
}

/** Whole lines; each piece must stand where the pieces before it end. */
function lines(chunks: Iterable<string | Uint8Array>): string[] {
  const found = [''];
  for (const { line, column, text, isEnd } of pieces(chunks)) {
    expect({ line, column }).toEqual({ line: found.length, column: found.at(-1)!.length + 1 });
    found[found.length - 1] += text;
    if (isEnd) found.push('');
  }
  return found.slice(0, -1);
}

test('bytes and text cut anywhere give the same lines', () => {
  const whole = 'a\n\nœuf 🙂\r\nlast';
  const expected = ['a', '', 'œuf 🙂\r', 'last'];
  const bytes = new TextEncoder().encode(whole);
  fc.assert(
    fc.property(fc.nat(bytes.length), fc.nat(bytes.length), (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      expect(lines([bytes.slice(0, from), bytes.slice(from, to), bytes.slice(to)])).toEqual(expected);
      expect(lines([whole.slice(0, from), whole.slice(from, to), whole.slice(to)])).toEqual(expected);
    }),
  );
});

test('a line that goes on is given in the pieces that arrive', () => {
  expect(pieces(['ab', 'c\nd'])).toEqual([
    { line: 1, column: 1, text: 'ab', isEnd: false },
    { line: 1, column: 3, text: 'c', isEnd: true },
    { line: 2, column: 1, text: 'd', isEnd: false },
    { line: 2, column: 2, text: '', isEnd: true },
  ]);
});

test('a chunk that is larger than a piece is cut', () => {
  const size = 2 ** 24 + 3;
  for (const chunk of ['é'.repeat(size), new Uint8Array(size).fill(0x61)]) {
    const found = pieces([chunk, '\n']);
    expect(found.map(({ text }) => text.length)).toEqual([2 ** 24, 3, 0]);
    expect(found.map(({ isEnd }) => isEnd)).toEqual([false, false, true]);
  }
});

test('a byte order mark is no part of the first line', () => {
  expect(lines(['\uFEFFa\n\uFEFFb\n'])).toEqual(['a', '\uFEFFb']);
  const mark = Uint8Array.of(0xef, 0xbb, 0xbf);
  expect(lines([mark.slice(0, 1), mark.slice(1), 'a\n', mark])).toEqual(['a', '\uFEFF']);
});

test('what was yielded before does not change when a stream fills its buffer again', () => {
  const buffer = new Uint8Array(2);
  function* reusing() {
    for (const [first, second] of ['ab', 'cd', '\ne']) {
      buffer.set([first!.charCodeAt(0), second!.charCodeAt(0)]);
      yield buffer;
    }
  }
  expect(lines(reusing())).toEqual(['abcd', 'e']);
});

test.each([
  ['in a whole line', [Uint8Array.of(0x61, 0x0a, 0x62, 0xff, 0x0a, 0x63)]],
  ['in a line that goes on', [Uint8Array.of(0x61, 0x0a, 0x62), Uint8Array.of(0xff)]],
  ['a character that does not end', [Uint8Array.of(0x61, 0x0a, 0xc3)]],
  ['a character that does not end before text', [Uint8Array.of(0x61, 0x0a, 0xc3), 'b\n']],
])('a byte that is not UTF-8 is named by its line: %s', (_, chunks) => {
  expect(() => pieces(chunks)).toThrow(
    'f:2: expected UTF-8, found a byte that is not; save the file as UTF-8',
  );
});
