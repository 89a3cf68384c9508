/** The page example of sft's README is what a browser does: it is bundled, run in headless Chromium, and prints what stands under it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumFlags, chromiumPath } from '@sftkit/testing';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const readme = readFileSync(join(root, 'packages', 'sft', 'README.md'), 'utf8');
const section = readme.slice(readme.indexOf('## In a page'));
const example = /^```ts\n(?<code>.*?)^```\n\n(?<output>(?:^ {4}[^\n]*\n)+)/ms;

it.skipIf(chromiumPath === undefined)('fine-tunes a model in a page (needs Chromium)', async () => {
  const { code, output } = example.exec(section)!.groups as { code: string; output: string };
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: join(root, 'packages', 'sft'), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['@sftkit/source'],
    target: 'es2022',
    logLevel: 'silent',
  });
  const browser = await chromium.launch({
    executablePath: chromiumPath!,
    args: [...chromiumFlags, '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    const printed: string[] = [];
    const failures: string[] = [];
    page.on('console', (message) => message.type() === 'log' && printed.push(message.text()));
    page.on('pageerror', (error) => failures.push(error.message));
    const script = '<!doctype html><script type="module" src="example.js"></script>';
    await page.route('http://localhost/**', (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: script });
      if (pathname === '/example.js') {
        return route.fulfill({ contentType: 'text/javascript', body: outputFiles[0]!.text });
      }
      const path = join(root, pathname);
      const isModel = pathname.startsWith('/recipes/tiny-base/') && existsSync(path);
      return isModel ? route.fulfill({ path }) : route.fulfill({ status: 404, body: 'no such file' });
    });
    await page.goto('http://localhost/');
    await expect.poll(() => printed.length + failures.length, { timeout: 100_000 }).toBeGreaterThan(0);
    expect(failures).toEqual([]);
    expect(printed).toEqual(output.trimEnd().replace(/^ {4}/gm, '').split('\n'));
  } finally {
    await browser.close();
  }
});
