import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from './sha256.js';

const byNode = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

test('the example of FIPS 180-2, appendix B.1', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('every length around the block borders agrees with node:crypto', () => {
  for (let length = 0; length <= 200; length++) {
    expect(sha256('x'.repeat(length))).toBe(byNode('x'.repeat(length)));
  }
});

test('any text agrees with node:crypto', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(byNode(text));
    }),
  );
});
