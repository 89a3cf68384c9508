import { describe, expect, it } from 'vitest';
import type { Trace, Turn } from './trace-template.js';
import { turnRegions } from './turn-regions.js';
import type { Message, SourceSpan } from './types.js';

const messages: readonly Message[] = [
  { role: 'user', content: '' },
  { role: 'assistant', content: '' },
  { role: 'user', content: '' },
  { role: 'assistant', content: '' },
];

/** A trace whose sources are the letters of a text: digits say of which message, dots are the template's. */
function trace(owners: string, turns: readonly Turn[] = []): Trace {
  const sources: SourceSpan[] = [];
  for (const match of owners.matchAll(/(\d)\1*/g)) {
    const start = match.index;
    const end = start + match[0].length;
    // Two stretches of a message are two fields.
    sources.push({ start, end, message: Number(match[1]), field: 'content', path: `[${start}]`, from: 0 });
  }
  return { text: owners, turns, generation: [], sources };
}

function regions(owners: string, turns: readonly Turn[] = [], bosLength = 0): Record<number, string> {
  const found = [...turnRegions(trace(owners, turns), messages, bosLength)];
  return Object.fromEntries(
    found.map(([message, { start, end, isClosed }]) => [
      message,
      `${start}-${end}${isClosed ? '' : ' open'}`,
    ]),
  );
}

describe('the region of a turn', () => {
  it('that a loop wrote is what it wrote', () => {
    const turns = [
      { message: 0, start: 0, end: 3 },
      { message: 1, start: 3, end: 8 },
    ];
    expect(regions('.0..11...', turns)).toEqual({ 1: '3-8' });
  });

  it('that no loop was at reaches from the text of others to the text of others', () => {
    expect(regions('00.11.22..33..')).toEqual({ 1: '2-6 open', 3: '8-14 open' });
    expect(regions('.11.')).toEqual({ 1: '0-4 open' });
    expect(regions('0.11')).toEqual({ 1: '1-4 open' });
  });

  it('begins behind the beginning of sequence', () => {
    expect(regions('...11.', [], 2)).toEqual({ 1: '2-6 open' });
  });

  it('goes over its own stretches, and over what a long turn of another holds', () => {
    expect(regions('00.1.1.1.22')).toEqual({ 1: '2-9 open' });
    // The turn of message 0 ends behind the text that stands in it.
    expect(regions('.00....11.', [{ message: 0, start: 0, end: 6 }])).toEqual({ 1: '6-10 open' });
  });

  it('goes on behind the loop where a field of it stands there', () => {
    expect(regions('.0.11..1..22', [{ message: 1, start: 2, end: 6 }])).toEqual({ 1: '2-10 open' });
  });
});

describe('the texts of others in a turn', () => {
  it('stand between what was said before and behind', () => {
    const turns = [{ message: 1, start: 0, end: 12 }];
    const region = turnRegions(trace('.11.22.22.1.', turns), messages, 0).get(1)!;
    expect(region.own.map(({ start, end }) => [start, end])).toEqual([
      [1, 3],
      [10, 11],
    ]);
    expect(region.foreign).toEqual([{ start: 4, end: 9, before: 3, after: 10 }]);
  });

  it('that nothing follows end the turn', () => {
    const turns = [{ message: 1, start: 0, end: 8 }];
    const region = turnRegions(trace('.11.22..', turns), messages, 0).get(1)!;
    expect(region.foreign).toEqual([{ start: 4, end: 6, before: 3, after: undefined }]);
  });
});
