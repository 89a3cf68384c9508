import { expect, test } from 'vitest';
import { type DiffToken, diffTokens } from './diff-tokens.js';

/** Upper case is learnt. */
const tokens = (text: string): DiffToken[] =>
  Array.from(text, (c) => ({ id: c.toLowerCase().charCodeAt(0), supervised: c !== c.toLowerCase() }));

/** Both sequences in one line: `-` and `+` before what is removed and added, `~` where only the mask differs. */
function diff(a: string, b: string): string {
  const marks = { same: '', mask: '~', removed: '-', added: '+' };
  return diffTokens(tokens(a), tokens(b))
    .map(({ kind, a: i, b: j }) => marks[kind] + (j < 0 ? a[i] : b[j]))
    .join('');
}

test.each([
  ['', '', ''],
  ['abc', 'abc', 'abc'],
  ['abc', '', '-a-b-c'],
  ['', 'ab', '+a+b'],
  ['abcd', 'abxd', 'ab-c+xd'],
  ['aBc', 'abC', 'a~b~C'],
  ['ab', 'ba', '-ab+a'],
])('%j to %j', (a, b, expected) => {
  expect(diff(a, b)).toBe(expected);
  // Each sequence is in it whole and in order.
  const changes = diffTokens(tokens(a), tokens(b));
  expect(changes.filter(({ a: i }) => i >= 0).map(({ a: i }) => i)).toEqual([...a].map((_, i) => i));
  expect(changes.filter(({ b: j }) => j >= 0).map(({ b: j }) => j)).toEqual([...b].map((_, j) => j));
});

test('the script is the shortest: five edits in the example of the paper', () => {
  const edits = diffTokens(tokens('abcabba'), tokens('cbabac')).filter(({ kind }) => kind !== 'same');
  expect(edits).toHaveLength(5);
});

test('what differs everywhere is replaced whole', () => {
  const a = Array.from({ length: 4000 }, (_, id) => ({ id, supervised: false }));
  const b = a.map(({ id }) => ({ id: id + 10_000, supervised: false }));
  const changes = diffTokens(a, b);
  expect(changes).toHaveLength(8000);
  expect(changes.every(({ kind }, at) => kind === (at < 4000 ? 'removed' : 'added'))).toBe(true);
});
