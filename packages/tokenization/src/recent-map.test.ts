import { expect, it } from 'vitest';
import { RecentMap } from './recent-map.js';

it('holds the last texts, and those that were asked for since', () => {
  const map = new RecentMap<number>(3);
  map.set('often', 0);
  for (let i = 1; i <= 100; i++) {
    map.set(`once ${i}`, i);
    expect(map.get('often')).toBe(0);
    for (let before = Math.max(1, i - 1); before <= i; before++)
      expect(map.get(`once ${before}`)).toBe(before);
  }
  const held = Array.from({ length: 100 }, (_, i) => map.get(`once ${i + 1}`)).filter(
    (value) => value !== undefined,
  );
  expect(held.length).toBeLessThanOrEqual(6);
});

it('writes over what a text had', () => {
  const map = new RecentMap<number>(1);
  map.set('a', 1);
  map.set('a', 2);
  expect(map.get('a')).toBe(2);
  map.set('b', 3);
  expect([map.get('a'), map.get('b')]).toEqual([2, 3]);
});
