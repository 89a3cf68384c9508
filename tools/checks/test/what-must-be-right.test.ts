/** docs/what-must-be-right.md names tests; they exist, under these names. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const page = readFileSync(join(root, 'docs', 'what-must-be-right.md'), 'utf8');
const faults = [...page.matchAll(/^\| \*\*(\d+)\.\*\* .*$/gm)].map(([row, number]) => ({
  number: Number(number),
  row,
}));

/** `file.test.ts` "a name", "another" and "a third" -> the file with each name, or with none. */
function testsIn(row: string): { file: string; names: string[] }[] {
  return [...row.matchAll(/`([\w./-]+\.test\.ts)`((?:(?:,| and)? "[^"]+")*)/g)].map(([, file, names]) => ({
    file: file!.startsWith('apps/') ? file! : `packages/${file}`,
    names: [...names!.matchAll(/"([^"]+)"/g)].map(([, name]) => name!.replace(/ …$/, '')),
  }));
}

describe('what must be right', () => {
  it('has every fault once, in order', () => {
    expect(faults.map(({ number }) => number)).toEqual(Array.from({ length: 32 }, (_, at) => at + 1));
  });

  it.each(faults)('$number: the tests are there, or it is said that none is needed', ({ row }) => {
    const tests = testsIn(row);
    expect(tests.length > 0 || row.includes('not offered')).toBe(true);
    for (const { file, names } of tests) {
      const source = readFileSync(join(root, file), 'utf8');
      expect(names.filter((name) => !source.includes(name))).toEqual([]);
    }
  });
});
