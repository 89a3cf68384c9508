import { describe, expect, test } from 'vitest';
import { checkStart } from './check-start.js';

async function read(chunks: Iterable<string | Uint8Array>): Promise<(string | Uint8Array)[]> {
  const all: (string | Uint8Array)[] = [];
  for await (const chunk of checkStart(chunks, 'f')) all.push(chunk);
  return all;
}

const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const utf16 = (text: string) => latin1([...text].map((char) => `${char}\0`).join(''));
const row = '{"text": "Once"}\n';

describe('a file that is no UTF-8 text', () => {
  test.each([
    ['UTF-16', utf16(row), 'expected UTF-8, found UTF-16 (every second byte is 0); save the file as UTF-8'],
    ['UTF-16, a short line', utf16('[\n'), 'expected UTF-8, found UTF-16 (every second byte is 0)'],
    ['UTF-16, big-endian', utf16(row).toReversed(), 'expected UTF-8, found UTF-16'],
    ['UTF-16 with a byte order mark', latin1('\xff\xfe{\0'), 'expected UTF-8, found UTF-16'],
    ['gzip', latin1('\x1f\x8b\x08\0'), 'expected text, found a gzip archive; unpack it with gunzip'],
    ['zip', latin1('PK\x03\x04\n'), 'expected text, found a zip archive; unpack it'],
    ['Parquet', latin1('PAR1\x15\x04'), 'expected text, found a Parquet file; convert it to JSON Lines'],
    ['HTML', latin1('<!DOCTYPE html>\n'), 'expected the file, found a web page; download the file itself'],
    [
      'a pointer of Git LFS',
      latin1('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'),
      'it is a pointer of Git LFS, not the file; fetch it with git lfs pull',
    ],
  ])('%s is named, in whatever chunks it comes', async (_, bytes, problem) => {
    await expect(read([bytes])).rejects.toThrow(`f:1: ${problem}`);
    await expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).rejects.toThrow(`f:1: ${problem}`);
  });

  test('is named in text as well', async () => {
    await expect(read(['<html>'])).rejects.toThrow('f:1: expected the file, found a web page');
  });
});

test('a file of text comes as it is', async () => {
  expect(await read(['{"a', '":1}\n', latin1('{"b":2}')])).toEqual(['{"a', '":1}\n', latin1('{"b":2}')]);
  expect(await read(['{}'])).toEqual(['{}']);
  expect(await read([])).toEqual([]);
});

test('chunks that are held back are copies', async () => {
  const buffer = new Uint8Array(1);
  function* reusing() {
    for (const char of 'ab\n12') {
      buffer.set(latin1(char));
      yield buffer;
    }
  }
  let text = '';
  for await (const chunk of checkStart(reusing(), 'f')) text += new TextDecoder().decode(chunk as Uint8Array);
  expect(text).toBe('ab\n12');
});

test('nothing is read ahead of the first line', async () => {
  function* source() {
    yield row;
    throw new Error('read too far');
  }
  for await (const chunk of checkStart(source(), 'f')) {
    expect(chunk).toBe(row);
    break;
  }
});
