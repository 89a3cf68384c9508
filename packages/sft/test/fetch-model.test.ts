/** A model directory behind an address is the one on the disk, and what is not there is named by its address. */
import { createReadStream, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadModel } from '@sftkit/model/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchModel } from '../src/index.js';
import { tinyProject } from './tiny-project.js';

const { base } = tinyProject();
let server: Server;
let address: string;

beforeAll(async () => {
  server = createServer(({ url = '/' }, response) => {
    const path = join(base, url.replace('/model/', '/'));
    if (url.startsWith('/broken/')) response.writeHead(500, 'broken').end();
    else if (url.startsWith('/model/') && existsSync(path)) createReadStream(path).pipe(response);
    else response.writeHead(404).end('no such file');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

test('is read as from the disk', async () => {
  const { model, tokenizer } = await fetchModel(`${address}/model/`);
  const { weights, config } = await loadModel(base);
  expect(model.config).toEqual(config);
  expect(model.weights).toEqual(weights);
  expect(tokenizer.decode(tokenizer.encode('Hello!').ids)).toBe('Hello!');
});

test('what is missing, broken or out of reach is named by its address', async () => {
  await expect(fetchModel(`${address}/nothing`)).rejects.toThrow(
    `${address}/nothing/tokenizer.json: expected a file, found none`,
  );
  await expect(fetchModel(`${address}/broken`)).rejects.toThrow(
    `${address}/broken/tokenizer.json: expected a file, the server answered 500 broken`,
  );
  await expect(fetchModel('http://127.0.0.1:1/model')).rejects.toThrow(
    /^http:\/\/127\.0\.0\.1:1\/model\/tokenizer\.json: cannot be fetched/,
  );
});
