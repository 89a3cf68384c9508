/** docs/what-must-be-right.md and docs/reliability.md name tests; they exist, under these names. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

function rowsOf(page: string): { number: number; row: string }[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  return Array.from(text.matchAll(/^\| \*\*(\d+)\.\*\* .*$/gm), ([row, number]) => ({
    number: Number(number),
    row,
  }));
}

/** `file.test.ts` "a name", "another" and "a third" -> the file with each name, or with none. */
function testsIn(row: string): { file: string; names: string[] }[] {
  return [...row.matchAll(/`([\w./-]+\.test\.ts)`((?:(?:,| and)? "[^"]+")*)/g)].map(([, file, names]) => ({
    file: /^(?:apps|tools)\//.test(file!) ? file! : `packages/${file}`,
    names: [...names!.matchAll(/"([^"]+)"/g)].map(([, name]) => name!.replace(/ …$/, '')),
  }));
}

describe.each([
  ['what-must-be-right.md', 32],
  ['reliability.md', 26],
])('%s', (page, count) => {
  const rows = rowsOf(page);

  it('has every fault once, in order', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, at) => at + 1));
  });

  it.each(rows)('$number: the tests are there, or it is said that none is needed', ({ row }) => {
    const tests = testsIn(row);
    expect(tests.length > 0 || row.includes('not offered')).toBe(true);
    for (const { file, names } of tests) {
      expect(existsSync(join(root, file)), file).toBe(true);
      const source = readFileSync(join(root, file), 'utf8');
      expect(names.filter((name) => !source.includes(name))).toEqual([]);
    }
  });
});
