/** Every package but the app runs in a browser unchanged: the whole road in Node and in headless Chromium. */
import { chromiumFlags, chromiumPath } from '@sftkit/testing';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { type WholeRoad, wholeRoad } from './whole-road.js';

describe('the whole road', () => {
  it('learns what the assistant wrote, in Node', async () => {
    const { losses, supervised, answer } = await wholeRoad();
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 10);
    expect(answer).toEqual(supervised);
  });

  it.skipIf(chromiumPath === undefined)('is the same in a browser (needs Chromium)', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { wholeRoad } from './whole-road.js'; globalThis.wholeRoad = wholeRoad;`,
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      write: false,
      format: 'iife',
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
      await page.route('http://localhost/', (route) =>
        route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
      );
      await page.goto('http://localhost/');
      await page.addScriptTag({ content: outputFiles[0]!.text });
      const there = await page.evaluate(() =>
        (globalThis as unknown as { wholeRoad(): Promise<WholeRoad> }).wholeRoad(),
      );
      const here = await wholeRoad();
      expect(there.text).toBe(here.text);
      expect(there.supervised).toEqual(here.supervised);
      expect(there.answer).toEqual(here.answer);
      // The same float32 arithmetic in the same order; Math.exp and its kind may differ in the last bits.
      for (const [step, loss] of there.losses.entries()) expect(loss).toBeCloseTo(here.losses[step]!, 4);
    } finally {
      await browser.close();
    }
  });
});
