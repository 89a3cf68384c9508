/** The conformance suite in headless Chromium without a GPU: WebGPU, WebGL2 and WebGL. */
import { chromiumFlags, chromiumPath } from '@sftkit/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdapterDescription } from '../src/gpu/describe-adapter.js';
import type { GpuMode } from '../src/gpu/gpu-js.js';
import { bundle } from './bundle.js';
import type { ConformanceReport } from './conformance-report.js';

const FLAGS = [
  ...chromiumFlags,
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

interface Suite {
  conformanceReport(mode: GpuMode, every: number): Promise<ConformanceReport>;
  describeAdapter(): Promise<AdapterDescription | undefined>;
  webGpuFailures(): Promise<string[]>;
}

describe.skipIf(chromiumPath === undefined)('gpu.js in a browser (needs Chromium)', () => {
  let browser: Browser | undefined;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath!, args: FLAGS });
    page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    // WebGPU is for secure pages; localhost is one, and this one never leaves the process.
    await page.route('http://localhost/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>gpu.js</title>' }),
    );
    await page.goto('http://localhost/');
    await page.addScriptTag({ content: await bundle('conformance-page.ts', 'browser') });
  });
  afterAll(() => browser?.close());

  it('tells a software adapter from a GPU', async () => {
    const adapter = await page.evaluate(() => (globalThis as unknown as Suite).describeAdapter());
    expect(adapter?.isSoftware).toBe(true);
  });

  it('multiplies in tiles and trains a small model on webgpu with the losses of the reference', async () => {
    const failures = await page.evaluate(() => (globalThis as unknown as Suite).webGpuFailures());
    expect(failures).toEqual([]);
    expect(problems).toEqual([]);
  }, 120_000);

  // Shaders compile slowly without a GPU. All cases pass; every third or sixth finds what breaks.
  it.each([
    ['webgpu', 3],
    ['webgl2', 3],
    ['webgl', 6],
  ] as const)(
    'passes the conformance suite on %s',
    async (mode, every) => {
      const report = await page.evaluate(
        (wanted) => (globalThis as unknown as Suite).conformanceReport(...wanted),
        [mode, every] as const,
      );
      expect(report.results.filter(({ failures }) => failures.length > 0)).toEqual([]);
      expect(report.results.length).toBeGreaterThan(30);
      expect(problems).toEqual([]);
    },
    300_000,
  );
});
