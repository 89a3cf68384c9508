/** ONNX Runtime as WebAssembly, in headless Chromium. */
import type { ConformanceResult } from '@sftkit/tensor/conformance';
import type { OnnxBackendOptions } from '@sftkit/tensor-onnx';
import { chromiumFlags, chromiumPath } from '@sftkit/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultyPrograms } from './faulty-programs.js';
import { type PageServer, servePages } from './page-server.js';

interface Suite {
  start(options: OnnxBackendOptions): Promise<string>;
  conformance(): Promise<ConformanceResult[]>;
  trainingFailures(): Promise<string[]>;
  errors(): Promise<[name: string, message: string][]>;
}

describe.skipIf(chromiumPath === undefined)('ONNX Runtime in a browser (needs Chromium)', () => {
  let browser: Browser | undefined;
  let server: PageServer | undefined;
  let page: Page;
  let requests: string[];

  beforeAll(async () => {
    server = await servePages();
    browser = await chromium.launch({
      executablePath: chromiumPath!,
      args: [...chromiumFlags, '--disable-gpu'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(path: string): Promise<void> {
    page = await browser!.newPage();
    requests = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(server!.origin + path);
    await page.waitForFunction(() => 'start' in globalThis);
  }

  const start = (options: OnnxBackendOptions) =>
    page.evaluate((given) => (globalThis as unknown as Suite).start(given), options);

  async function expectLossesOfReference(): Promise<void> {
    expect(await page.evaluate(() => (globalThis as unknown as Suite).trainingFailures())).toEqual([]);
  }

  describe('in an isolated page', () => {
    beforeAll(() => open('/'));
    afterAll(() => page.close());

    it('starts as many threads as are asked for, of files beside the bundle and of no other site', async () => {
      expect(await start({ threads: 2 })).toMatch(/^ONNX Runtime 1\.\d+\.\d+ as WebAssembly, 2 threads$/);
      expect(page.workers()).toHaveLength(1); // the page itself is the other thread
      expect(requests).toContain(`${server!.origin}/onnxruntime-web/ort-wasm-simd-threaded.wasm`);
      expect(requests.filter((url) => new URL(url).origin !== server!.origin)).toEqual([]);
    });

    it('passes the conformance suite', async () => {
      const results = await page.evaluate(() => (globalThis as unknown as Suite).conformance());
      expect(results.filter(({ failures }) => failures.length > 0)).toEqual([]);
      expect(results.length).toBeGreaterThan(100);
    });

    it('trains a small model with the losses of the reference', expectLossesOfReference);

    it('says which operation failed, and its shapes', async () => {
      const errors = await page.evaluate(() => (globalThis as unknown as Suite).errors());
      for (const [i, { name, message }] of faultyPrograms.entries()) {
        expect(errors[i]![1], name).toMatch(message);
        expect(errors[i]![0], name).toBe('BackendError');
      }
    });

    it('keeps the threads that it has, and says so', async () => {
      expect(await start({ threads: 3 })).toMatch(/2 threads: the first session of the page decides/);
    });
  });

  describe('in a page that is not isolated', () => {
    beforeAll(() => open('/shared'));
    afterAll(() => page.close());

    it('has one thread, and says why', async () => {
      expect(await start({ threads: 2, wasmPaths: '/ort' })).toMatch(
        /as WebAssembly, 1 thread: more need a cross-origin isolated page$/,
      );
      expect(page.workers()).toHaveLength(0);
      expect(requests).toContain(`${server!.origin}/ort/ort-wasm-simd-threaded.wasm`);
    });

    it('trains a small model with the losses of the reference', expectLossesOfReference);
  });

  it('says which files are missing', async () => {
    await open('/');
    expect(await start({ wasmPaths: '/nowhere' })).toMatch(
      /^BackendError: onnx: the WebAssembly of onnxruntime-web does not start: .*\/nowhere\/ort-wasm-simd-threaded\.mjs; serve .* in wasmPaths/,
    );
    await page.close();
  });
});
