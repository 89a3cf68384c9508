import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JsonFileError } from './index.js';
import { readJsonFile, readTextFile, readTextFileSync } from './index.node.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sftkit-json-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

test('a byte order mark at the beginning is no part of the text', async () => {
  expect(await readJsonFile(await file('bom.json', '\uFEFF{"a": 8.0}'))).toEqual({ a: Object(8) });
});

test('a file that is not there is no error', async () => {
  expect(await readJsonFile(join(directory, 'none.json'))).toBeUndefined();
  expect(await readTextFile(join(await file('plain', 'x'), 'below.json'))).toBeUndefined();
});

const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 3087467144\n';
test.each<[string, string | Uint8Array, string]>([
  ['a pointer', LFS, ': it is a pointer of Git LFS, not the file; fetch it with git lfs pull'],
  ['UTF-16 with a mark', Buffer.from('\uFEFF{}', 'utf16le'), ': expected UTF-8, found UTF-16; save'],
  [
    'UTF-16 the other way',
    Buffer.from('\uFEFF{}', 'utf16le').swap16(),
    ': expected UTF-8, found UTF-16; save',
  ],
  [
    'UTF-16 without one',
    Buffer.from('{"a": 1}', 'utf16le'),
    ': expected UTF-8, found UTF-16 (every second byte is 0); save the file as UTF-8',
  ],
  [
    'UTF-16 without one the other way',
    Buffer.from('{"a": 1}', 'utf16le').swap16(),
    ': expected UTF-8, found UTF-16 (every second byte is 0); save the file as UTF-8',
  ],
  ['another code', Buffer.from([0x7b, 0xe9, 0x7d]), ': expected UTF-8, found a byte that is not'],
  ['a web page', '<!DOCTYPE html><html>', ': expected the file, found a web page; download'],
  ['gzip', gzipSync('{}'), ': expected text, found a gzip archive; unpack it with gunzip'],
  ['broken off', '{\n "a": [1,', ':2:10: not valid JSON: expected a value, found the end; fetch'],
])('%s is named', async (name, content, message) => {
  const path = await file(name, content);
  await expect(readJsonFile(path)).rejects.toThrow(JsonFileError);
  await expect(readJsonFile(path)).rejects.toThrow(path + message);
});

test('so is a directory', async () => {
  const path = join(directory, 'config.json');
  await mkdir(path);
  await expect(readJsonFile(path)).rejects.toThrow(`${path}: expected a file, found a directory`);
  expect(() => readTextFileSync(path)).toThrow(`${path}: expected a file, found a directory`);
});

test('at once, the same', async () => {
  expect(readTextFileSync(await file('text', '\uFEFFx'))).toBe('x');
  expect(readTextFileSync(join(directory, 'none'))).toBeUndefined();
});
