/** The page of a file that is too large for one: some examples, and the figures of all. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openInspection } from '@sftkit/sft/node';
import { chromiumFlags, chromiumPath } from '@sftkit/testing';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PageData } from '../src/inspect/inspection-page.js';
import type { PageExample } from '../src/inspect/page-example.js';
import { writePage } from '../src/inspect/write-page.js';
import { painter } from '../src/terminal.js';
import { leavingOutTemplate, tinyProject, writeRows } from './tiny-fixture.js';

const { directory, base } = tinyProject();
const template = join(directory, 'leaving-out.jinja');
writeFileSync(template, leavingOutTemplate);

/** Two of them are refused. */
const refused = [50, 171];
const data = writeRows(
  join(directory, 'rows.jsonl'),
  Array.from({ length: 200 }, (_, row) => ({
    messages: [
      { role: 'user', content: refused.includes(row) ? 'Say <|endoftext|>' : `Who is Lily ${row}?` },
      { role: 'assistant', content: 'Lily is a girl. '.repeat(1 + (row % 5)) },
      { role: 'user', content: 'And Tom?' },
      { role: 'assistant', content: 'Tom is a boy.' },
    ],
  })),
);
const whole = join(directory, 'whole.html');
const sample = join(directory, 'sample.html');
const printed: Record<string, string> = {};

beforeAll(async () => {
  const write = async (file: string, limits: { mostBytes?: number }) => {
    const inspection = await openInspection({ tokenizer: base });
    const out = (text: string) => {
      printed[file] = `${printed[file] ?? ''}${text}`;
    };
    const options = { data, template, mask: 'assistant', length: 60, example: 33 } as const;
    await writePage(file, options, inspection, { out, paint: painter(false) }, limits);
  };
  await write(whole, {});
  await write(sample, { mostBytes: 20_000 });
});

function read(file: string): PageData & { readonly examples: readonly PageExample[] } {
  return JSON.parse(
    /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(readFileSync(file, 'utf8'))![1]!,
  );
}

test('the page holds what is refused, what was asked for, and others, each as the whole page has it', () => {
  const [all, some] = [read(whole), read(sample)];
  expect(all.examples.map(({ index }) => index)).toEqual(Array.from({ length: 200 }, (_, index) => index));
  const held = some.examples.map(({ index }) => index);
  expect(held).toEqual(expect.arrayContaining([...refused, 33]));
  expect(held.length).toBeGreaterThan(10);
  expect(some.examples).toEqual(held.map((index) => all.examples[index]));
  expect(JSON.stringify(some.examples).length).toBeLessThan(20_100);
});

test('the figures are those of the whole file', () => {
  const [{ examples: all, ...figures }, some] = [read(whole), read(sample)];
  const sum = (of: (example: PageExample) => number) => all.reduce((total, one) => total + of(one), 0);
  const learnt = [0, 1, 2].map((policy) =>
    sum(({ masks }) => (typeof masks[policy] === 'object' ? masks[policy].count : 0)),
  );
  expect(some.whole).toEqual(figures.whole);
  expect(some.whole).toMatchObject({ examples: 200, refused: 2, tokens: sum(({ count }) => count), learnt });
  expect(new Set(learnt).size).toBe(3);
});

test('the terminal says how many are shown, and how to see others', () => {
  expect(printed[whole]).toMatch(/^\S+whole\.html: 200 examples, [\d.]+ kB; open it in a browser\n$/);
  const { length } = read(sample).examples;
  const [first, second] = printed[sample]!.split('\n');
  expect(first).toContain(`sample.html: ${length} of 200 examples, `);
  expect(second).toMatch(
    new RegExp(`^The page shows ${length} of 200 examples: .* count all 200\\. .* --limit N .* --example N `),
  );
});

describe.skipIf(chromiumPath === undefined)('in a browser (needs Chromium)', () => {
  test('the page says it, too, and shows the figures and histograms of all', async () => {
    const browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
    try {
      const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
      const text = async (selector: string) => (await page.locator(selector).textContent()) ?? '';
      const figures = async (file: string) => {
        await page.goto(pathToFileURL(file).href);
        const titles = [];
        for (const policy of ['2', '3', '1']) {
          await page.keyboard.press(policy);
          titles.push(await page.locator('.bin title').allTextContents(), await text('#figures'));
        }
        return titles;
      };
      const ofAll = await figures(whole);
      expect(await text('#matches')).toBe('200 examples');
      expect(await page.locator('#sample').isVisible()).toBe(false);
      expect(await figures(sample)).toEqual(ofAll);
      const { length } = read(sample).examples;
      expect(await text('#sample')).toBe(printed[sample]!.split('\n')[1]);
      expect(await text('#matches')).toBe(`${length} of 200 examples`);
      expect(await page.locator('#clear').isVisible()).toBe(false);
      // It starts at the example that was asked for; the next one is the next in the page.
      expect(await text('#title')).toBe('Example 33, line 34');
      await page.keyboard.press('End');
      expect(await text('#title')).toBe(
        `Example ${read(sample).examples.at(-1)!.index}, line ${read(sample).examples.at(-1)!.line}`,
      );
      await page.locator('#search').fill('say');
      expect(await text('#matches')).toBe(`2 of ${length} examples in this page`);
      expect(await text('#title')).toBe('Example 50, line 51');
    } finally {
      await browser.close();
    }
  }, 30_000);
});
