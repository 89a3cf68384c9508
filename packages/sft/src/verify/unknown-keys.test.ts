import { expect, test } from 'vitest';
import { UnknownKeys } from './unknown-keys.js';

const source = (line: number) => ({ file: 'a.jsonl', line });

test('keys are counted by rows, with the first place', () => {
  const keys = new UnknownKeys();
  expect(keys.findings()).toEqual([]);
  keys.count({ place: 'row', key: 'score', source: source(2) });
  keys.count({ place: 'row', key: 'score', source: source(3) });
  const row = source(4);
  for (let i = 0; i < 3; i++) keys.count({ place: 'message', key: 'mood', source: row });
  expect(keys.findings()).toEqual([
    {
      grade: 'note',
      name: 'unknown-keys',
      problem: 'keys of rows that nothing reads: "score" (2 rows, first a.jsonl:2)',
    },
    {
      grade: 'note',
      name: 'unknown-keys',
      problem: 'keys of messages that only a template may read: "mood" (1 row, first a.jsonl:4)',
    },
  ]);
});

test('a table keyed by accident does not flood the terminal', () => {
  const keys = new UnknownKeys();
  for (let i = 0; i < 20; i++) keys.count({ place: 'row', key: `k${i}`, source: source(1) });
  expect(keys.findings()[0]?.problem).toMatch(/"k5" \(1 row, first a\.jsonl:1\) and 14 others$/);
});
