import { expect, test } from 'vitest';
import type { PageExample } from './page-example.js';
import { PageSample, type PageSampleOptions } from './page-sample.js';

/** 1,000 bytes each. */
function example(index: number): PageExample {
  const nothing = { tokens: '', count: 0, straddling: 0, messages: [], said: [], parts: [], masks: [] };
  const one = { ...nothing, index, line: index + 1, text: '' };
  return { ...one, text: 'x'.repeat(1000 - JSON.stringify(one).length) };
}

/** Indices of the examples that are held, of `count` that are offered, and how many were written. */
function choose(count: number, options: PageSampleOptions, isNotable = (_: number) => false) {
  const sample = new PageSample(options);
  let written = 0;
  for (let index = 0; index < count; index++) {
    sample.offer(index, isNotable(index), () => {
      written += 1;
      return example(index);
    });
  }
  const examples = sample.examples();
  expect(examples.every((json) => json.length === 1000)).toBe(true);
  return { held: examples.map((json) => (JSON.parse(json) as PageExample).index), written };
}

test('all are held where there is room for them', () => {
  const { held } = choose(20, { mostBytes: 20_000, always: undefined });
  expect(held).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

test.each([21, 39, 40, 41, 1000, 4321])('of %i examples, those that are held are evenly spread', (count) => {
  const { held, written } = choose(count, { mostBytes: 20_000, always: undefined });
  const every = held[1]! - held[0]!;
  expect(held).toEqual(Array.from({ length: Math.ceil(count / every) }, (_, at) => at * every));
  expect(held.length).toBeGreaterThan(9);
  expect(held.length).toBeLessThan(21);
  // The others need not be written.
  expect(written).toBeLessThan(20 * Math.log2(count));
});

test('notable ones come first, the others share the rest', () => {
  const notable = [3, 501, 502, 997];
  const { held } = choose(1000, { mostBytes: 20_000, always: undefined }, (index) => notable.includes(index));
  expect(held).toEqual(expect.arrayContaining(notable));
  const others = held.filter((index) => !notable.includes(index));
  expect(others.length).toBeGreaterThan(6);
  expect(others.every((index) => index % others[1]! === 0)).toBe(true);
  expect(held).toEqual([...held].sort((a, b) => a - b));
});

test('where all are notable, half of the room is left for what is spread', () => {
  const { held } = choose(1000, { mostBytes: 20_000, always: undefined }, () => true);
  expect(held.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(held.length).toBeGreaterThan(14);
  expect(held.length).toBeLessThan(21);
  expect(held.at(-1)).toBeGreaterThan(800);
});

test('the one that is asked for is held, and so is one that is larger than the room', () => {
  expect(choose(1000, { mostBytes: 5000, always: 777 }).held).toContain(777);
  expect(choose(1000, { mostBytes: 10, always: undefined }).held).toEqual([0]);
});
