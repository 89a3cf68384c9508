/** Serves a page, its bundle and the files of onnxruntime-web on loopback. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

const dist = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));

const TYPES: Readonly<Record<string, string>> = {
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** What lets a page have threads: it shares memory with no other site. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export interface PageServer {
  readonly origin: string;
  close(): void;
}

/**
 * `/` is isolated, `/shared` is not; both load the bundle. `/ort/`, and `/onnxruntime-web/` beside the bundle, are the
 * folder `dist` of onnxruntime-web.
 */
export async function servePages(): Promise<PageServer> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'conformance-page.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['@sftkit/source'],
    target: 'es2022',
    logLevel: 'silent',
  });
  const html = '<!doctype html><script type="module" src="/page.mjs"></script>';
  const server = createServer(async (request, response) => {
    const path = request.url!;
    const headers = path === '/shared' ? {} : ISOLATION;
    const answer = (type: string, body: string | Uint8Array) =>
      response.writeHead(200, { ...headers, 'Content-Type': type }).end(body);
    if (path === '/page.mjs') {
      answer('text/javascript', outputFiles[0]!.text);
    } else if (path.startsWith('/ort/') || path.startsWith('/onnxruntime-web/')) {
      const name = basename(path);
      answer(TYPES[name.slice(name.lastIndexOf('.'))] ?? 'text/plain', await readFile(join(dist, name)));
    } else if (path === '/' || path === '/shared') {
      answer('text/html', html);
    } else {
      response.writeHead(404, headers).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}
