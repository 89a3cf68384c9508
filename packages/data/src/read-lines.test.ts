import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Line, readLines } from './read-lines.js';

async function collect(chunks: Iterable<string | Uint8Array>): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(chunks, 'f')) lines.push(line);
  return lines;
}

test('bytes and text cut anywhere give the same lines', async () => {
  const whole = 'a\n\nœuf 🙂\r\nlast';
  const expected = [
    { number: 1, text: 'a' },
    { number: 2, text: '' },
    { number: 3, text: 'œuf 🙂\r' },
    { number: 4, text: 'last' },
  ];
  const bytes = new TextEncoder().encode(whole);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length), fc.nat(bytes.length), async (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      expect(await collect([bytes.slice(0, from), bytes.slice(from, to), bytes.slice(to)])).toEqual(expected);
      expect(await collect([whole.slice(0, from), whole.slice(from, to), whole.slice(to)])).toEqual(expected);
    }),
  );
});

test('a byte order mark is no part of the first line', async () => {
  expect(await collect(['\uFEFFa\n\uFEFFb\n'])).toEqual([
    { number: 1, text: 'a' },
    { number: 2, text: '\uFEFFb' },
  ]);
});

test('a buffer that its stream fills again does not change a line under way', async () => {
  const buffer = new Uint8Array(2);
  function* reusing() {
    for (const [first, second] of ['ab', 'cd', '\ne']) {
      buffer.set([first!.charCodeAt(0), second!.charCodeAt(0)]);
      yield buffer;
    }
  }
  expect((await collect(reusing())).map(({ text }) => text)).toEqual(['abcd', 'e']);
});

test('a byte that is not UTF-8 is named by its line', async () => {
  const bytes = Uint8Array.from([0x61, 0x0a, 0x62, 0xff, 0x0a, 0x63]);
  await expect(collect([bytes])).rejects.toThrow(
    'f:2: expected UTF-8, found a byte that is not; save the file as UTF-8',
  );
});
