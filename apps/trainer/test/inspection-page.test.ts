/** The page of `inspect --html` in headless Chromium: what is hovered, switched, searched and pressed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromiumFlags, chromiumPath } from '@sftkit/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { leavingOutTemplate, parseLines, sftkit, tinyProject, writeRows } from './tiny-fixture.js';

const rows = [
  {
    messages: [
      { role: 'user', content: 'Who is Lily? </script><!-- $& <b>bold</b>' },
      { role: 'assistant', content: 'Lily is a girl.' },
      { role: 'user', content: 'And Tom 🎈?' },
      { role: 'assistant', content: 'Tom is a boy.', weight: 0.5 },
    ],
  },
  {
    messages: [
      { role: 'user', content: 'What is blue?' },
      { role: 'assistant', content: 'The sky is blue.' },
    ],
  },
  {
    messages: [
      { role: 'user', content: 'Bye' },
      { role: 'assistant', content: 'Bye, Lily!' },
    ],
  },
];

interface Inspected {
  readonly tokens: readonly { id: number; text: string; start: number; end: number; supervised: boolean }[];
  readonly supervisedTokens: number;
  readonly totalTokens: number;
}

const { directory, base } = tinyProject();
const data = writeRows(join(directory, 'rows.jsonl'), rows);
const html = join(directory, 'page.html');
const options = ['inspect', '--tokenizer', base, '--template', 'classic', '--data', data];
beforeAll(async () => {
  expect(await sftkit(...options, '--html', html)).toMatchObject({ code: 0 });
});

/** What `--json` says, which the page must say, too. */
async function inspected(policy = 'assistant'): Promise<Inspected[]> {
  const { out } = await sftkit(...options, '--mask', policy, '--json');
  return parseLines(out);
}

test('the page holds everything: no address in it, and data ends no script', () => {
  const page = readFileSync(html, 'utf8');
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).not.toMatch(/\b(?:src|href)=|@import|url\(|fetch\(/);
});

test('a page that cannot be written is an error with the place', async () => {
  const { code, err } = await sftkit(...options, '--html', join(directory, 'absent', 'page.html'));
  expect(code).toBe(1);
  expect(err).toMatch(/^error: --html: expected a file that can be written, got \S*page\.html \(ENOENT\)\n$/);
});

describe.skipIf(chromiumPath === undefined)('the page in a browser (needs Chromium)', () => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: chromiumPath!,
      args: [...chromiumFlags],
    });
    page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (message) => problems.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) problems.push(`asked for ${request.url()}`);
    });
  });
  beforeEach(async () => {
    problems.length = 0;
    await page.goto(pathToFileURL(html).href);
  });
  afterAll(() => browser?.close());

  const text = async (selector: string) => (await page.locator(selector).textContent()) ?? '';
  /** What the tip says of the token that is hovered. */
  const facts = async (): Promise<Record<string, string>> => {
    const values = await page.locator('#tip dd').allTextContents();
    const names = await page.locator('#tip dt').allTextContents();
    return Object.fromEntries(names.map((name, at) => [name, values[at]!]));
  };
  const counts = () => text('#counts');

  test('an example is shown as it is, and nothing in it is markup', async () => {
    const shown = await page.locator('#conversation').textContent();
    expect(shown).toContain('Who is Lily? </script><!-- $& <b>bold</b>');
    expect(await page.locator('#conversation b b, #conversation script').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('hovering a token says its id, offsets, role, label and weight, as --json does', async () => {
    const [first] = await inspected();
    const at = first!.tokens.findLastIndex((token) => token.supervised);
    const { id, text: tokenText, start, end } = first!.tokens[at]!;
    await page.locator(`#conversation [data-token="${at}"]`).hover();
    expect(await text('#tip code')).toBe(JSON.stringify(tokenText));
    expect(await facts()).toMatchObject({
      id: `${id}`,
      offsets: `${start}–${end}`,
      role: 'assistant',
      label: `${id}, learnt`,
      weight: '0.5',
    });
    await page.locator('#conversation [data-token="0"]').hover();
    expect(await facts()).toMatchObject({ role: 'user', label: '-100, not learnt', weight: '0' });
  });

  test('each policy learns what --json says of it', async () => {
    const seen = new Set<number>();
    for (const [key, policy] of [
      ['2', 'last-assistant'],
      ['3', 'all'],
      ['1', 'assistant'],
    ] as const) {
      await page.keyboard.press(key);
      const examples = await inspected(policy);
      const [{ supervisedTokens, totalTokens, tokens }] = examples as [Inspected];
      expect(await counts()).toContain(`${supervisedTokens} of ${totalTokens} tokens learnt`);
      const learnt = await page
        .locator('#conversation .token.learnt')
        .evaluateAll((elements) =>
          elements.map((element) =>
            Number((element as unknown as { dataset: { token: string } }).dataset.token),
          ),
        );
      expect(learnt).toEqual(tokens.flatMap(({ supervised }, at) => (supervised ? [at] : [])));
      const total = examples.reduce((sum, example) => sum + example.supervisedTokens, 0);
      expect(await text('#learnt-total')).toBe(String(total));
      seen.add(supervisedTokens);
    }
    expect(seen.size).toBe(3);
  });

  test('searching leaves the examples that hold the text, and marks it', async () => {
    await page.locator('#search').fill('SKY is');
    expect(await text('#matches')).toBe('1 of 3 examples');
    expect(await text('#title')).toContain('Example 1');
    const hits = await page.locator('#conversation .hit').allInnerTexts();
    expect(hits.join('')).toContain('sky is');
    await page.locator('#search').fill('no such text');
    expect(await page.locator('.row').count()).toBe(0);
    await page.locator('#clear').click();
    expect(await text('#matches')).toBe('3 examples');
    expect(problems).toEqual([]);
  });

  test('arrow keys go from example to example, and stop at the ends', async () => {
    const title = () => text('#title');
    await page.keyboard.press('ArrowLeft');
    expect(await title()).toContain('Example 0');
    for (const expected of ['Example 1', 'Example 2', 'Example 2']) {
      await page.keyboard.press('ArrowRight');
      expect(await title()).toContain(expected);
    }
    expect(await page.locator('#next').isDisabled()).toBe(true);
    await page.keyboard.press('Home');
    expect(await title()).toContain('Example 0');
  });

  test('the histograms count every example, and a bar chooses its own', async () => {
    for (const id of ['lengths', 'shares']) {
      const titles = await page.locator(`#${id} .bin title`).allTextContents();
      const found = titles.map((title) => Number(/: (\d+) examples$/.exec(title)![1]));
      expect(found.reduce((sum, count) => sum + count, 0)).toBe(3);
    }
    await page.locator('#lengths .bin').last().click();
    expect(await text('#matches')).toBe('1 of 3 examples');
    expect(await text('#title')).toContain('Example 0');
  });

  test('an example that training refuses says why, and counts as no example to learn', async () => {
    const template = join(directory, 'leaving-out.jinja');
    writeFileSync(template, leavingOutTemplate);
    const data = writeRows(join(directory, 'refused.jsonl'), [
      { prompt: 'Say <|endoftext|>', completion: 'No' },
      { prompt: 'Hi', completion: 'Hello!' },
    ]);
    const refused = join(directory, 'refused.html');
    await sftkit(...options, '--template', template, '--data', data, '--html', refused);
    await page.goto(pathToFileURL(refused).href);
    expect(await text('.refused')).toMatch(/^Refused: supervisedSpans: /);
    expect(await counts()).toBe('not trained on');
    expect(await text('#conversation')).toContain('user: Say <|endoftext|>');
    await page.keyboard.press('ArrowRight');
    expect(await counts()).toMatch(/^\d+ of \d+ tokens learnt/);
    expect(await page.locator('.refused').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('a prompt that goes on where the text does not is a warning with both texts and the remedy', async () => {
    const template = join(directory, 'thinking.jinja');
    writeFileSync(
      template,
      '{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|><think>{% endif %}',
    );
    const warned = join(directory, 'warned.html');
    await sftkit(...options, '--template', template, '--html', warned);
    await page.goto(pathToFileURL(warned).href);
    expect(await text('#findings')).toMatch(
      /warning, generation-prompt: 3 examples, first \S*rows\.jsonl:1: the prompt for this answer goes on .* asked with "<\|assistant\|><think>" and learns its answer behind "<\|assistant\|>"; matchPrompt: true makes the two equal/,
    );
  });

  test('plain text has no policies to choose from', async () => {
    const data = writeRows(join(directory, 'text.jsonl'), [{ text: 'The sky is blue.' }]);
    const plain = join(directory, 'text.html');
    await sftkit(...options, '--data', data, '--html', plain);
    await page.goto(pathToFileURL(plain).href);
    expect(await page.locator('#policies').isVisible()).toBe(false);
    expect(await page.locator('#conversation .token:not(.learnt)').count()).toBe(1);
  });
});
